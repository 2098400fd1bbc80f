//! The op table: every instruction of the VM, as data.
//!
//! One line per instruction gives its name, its operands and its meaning. The
//! [`Op`] enum, the verifier's rules ([`crate::verify`]), the disassembler's
//! text ([`crate::disasm`]) and the table in `docs/image-format.md` all come
//! from these lines. The handlers are in the VM's `interp` module, and the
//! code that emits instructions is in the compiler's `lower` module.
//!
//! # Encoding
//!
//! An instruction is one little-endian 32-bit word. The op is in the lowest
//! byte. The rest is `A B C` (three bytes, in this order), or `A` and a 16-bit
//! `Bx`/`sBx`, or one signed 24-bit `sJ`. Jumps count words from the *next*
//! instruction. There are no prefixes and no second words, so every word of a
//! function is the start of an instruction: keys beyond the 256 that fit in
//! one byte are loaded into a register first, and branches too long for their
//! field jump over a [`Op::Jmp`].
//!
//! # Notation
//!
//! `R[x]` is a register of the running function (`R[0]` is `this`), `S[x]`,
//! `I[x]`, `F[x]` its string, integer and float constants, `N[x]` the string
//! that the reference `x` leads to, `O[x]` its outers, `P[x]` a function of
//! the image, `pc` the next instruction. In drafts and in images with wide
//! references, which do not fit in an operand, `N[x]` is the same as `S[x]`. `root` is the
//! root table. `call f(this, …)` follows the rules of calls for `f`'s type.

/// What an operand field holds; decides how it is verified and printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Not used; must be zero.
    Unused,
    /// A register that is written.
    Dst,
    /// A register that is read.
    Src,
    /// A register that is read and written.
    Both,
    /// First of two consecutive registers that are written.
    Dst2,
    /// First of a run of registers whose length depends on another operand.
    Base,
    /// Number of registers of the run at `A`; see the op's meaning.
    Count,
    /// Signed 8-bit number.
    SImm8,
    /// Unsigned 8-bit number.
    UImm8,
    /// String constant, 8-bit index.
    Str8,
    /// Integer constant, 8-bit index.
    Int8,
    /// Outer, 8-bit index.
    Outer8,
    /// Jump distance, 8 bits.
    Jump8,
    /// Signed 16-bit number (`sBx`).
    SImm16,
    /// Unsigned 16-bit number (`Bx`).
    UImm16,
    /// String (`Bx`): a reference in images with narrow references, else the index of a string constant.
    Str16,
    /// Integer constant, 16-bit index (`Bx`).
    Int16,
    /// Float constant, 16-bit index (`Bx`).
    Float16,
    /// Function of the image, 16-bit index (`Bx`).
    Function16,
    /// Jump distance, 16 bits (`sBx`).
    Jump16,
    /// Jump distance, 24 bits (`sJ`).
    Jump24,
}

/// How the 24 bits after the op are divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Three 8-bit operands.
    Abc,
    /// An 8-bit and a 16-bit operand.
    ABx,
    /// One signed 24-bit operand.
    J,
}

/// What the verifier must know of an op.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// The op.
    pub op: Op,
    /// See [`OpInfo::format`].
    pub format: Format,
    /// See [`OpInfo::operands`].
    pub operands: [Operand; 3],
}

/// One line of the op table.
#[derive(Clone, Copy, Debug)]
pub struct OpInfo {
    /// The op.
    pub op: Op,
    /// Its name in disassembly: lower case.
    pub mnemonic: &'static str,
    /// How the operands are laid out.
    pub format: Format,
    /// The operands; for [`Format::ABx`] the second, for [`Format::J`] the first holds the wide one.
    pub operands: [Operand; 3],
    /// What it does.
    pub meaning: &'static str,
}

macro_rules! op_table {
    ($($(#[doc = $group:literal])? $name:ident $mnemonic:literal $format:ident ($a:ident $b:ident $c:ident) $meaning:literal;)*) => {
        /// An instruction's operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Op {
            $(#[doc = concat!("`", $mnemonic, "`: `` ", $meaning, " ``")] $name,)*
        }

        /// The op table in the order of the op numbers.
        pub const OPS: &[OpInfo] = &[
            $(OpInfo {
                op: Op::$name,
                mnemonic: $mnemonic,
                format: Format::$format,
                operands: [Operand::$a, Operand::$b, Operand::$c],
                meaning: $meaning,
            },)*
        ];

        /// What of the op table firmware needs: it has no use for texts.
        const SHAPES: &[Shape] = &[
            $(Shape {
                op: Op::$name,
                format: Format::$format,
                operands: [Operand::$a, Operand::$b, Operand::$c],
            },)*
        ];

        /// Calls a macro with the names of all ops, in order. The VM's drivers are made with it.
        #[macro_export]
        macro_rules! for_each_op {
            ($then:ident) => { $crate::__apply! { $then $($name)* } };
        }
    };
}

/// Calls the macro named first with the rest. Not for use outside of `for_each_op`.
#[doc(hidden)]
#[macro_export]
macro_rules! __apply {
    ($then:ident $($name:ident)*) => { $then! { $($name)* } };
}

op_table! {
    // Moves and constants.
    Move "move" Abc (Dst Src Unused) "R[A] = R[B]";
    LoadNull "loadnull" Abc (Base Count Unused) "R[A], … R[A+B-1] = null";
    LoadBool "loadbool" Abc (Dst UImm8 Unused) "R[A] = B != 0";
    LoadImm "loadimm" ABx (Dst SImm16 Unused) "R[A] = sBx";
    LoadImm2 "loadimm2" Abc (Dst2 SImm8 SImm8) "R[A] = sB; R[A+1] = sC";
    LoadInt "loadint" ABx (Dst Int16 Unused) "R[A] = I[Bx]";
    LoadInts "loadints" Abc (Base Count Int8) "R[A], … R[A+B-1] = I[C], … I[C+B-1]";
    LoadFloat "loadfloat" ABx (Dst Float16 Unused) "R[A] = F[Bx]";
    LoadStr "loadstr" ABx (Dst Str16 Unused) "R[A] = N[Bx]";
    LoadRoot "loadroot" Abc (Dst Unused Unused) "R[A] = root";
    LoadBase "loadbase" Abc (Dst Unused Unused) "R[A] = base class of the running function, or null";
    GetOuter "getouter" Abc (Dst Outer8 Unused) "R[A] = O[B]";
    SetOuter "setouter" Abc (Src Outer8 Unused) "O[B] = R[A]";
    CloseOuters "close" Abc (Base Unused Unused) "detach the outers that live in R[A] and above";

    // Slots.
    GetField "getfield" Abc (Dst Src Str8) "R[A] = R[B].(S[C]); for B = 0 missing slots are looked up in root too";
    SetField "setfield" Abc (Src Str8 Src) "R[A].(S[B]) = R[C]; for A = 0 missing slots are set in root";
    NewField "newfield" Abc (Src Str8 Src) "R[A].(S[B]) <- R[C]";
    GetName "getname" ABx (Dst Str16 Unused) "R[A] = this.(N[Bx]), else root.(N[Bx])";
    SetName "setname" ABx (Src Str16 Unused) "this.(N[Bx]) = R[A], else root.(N[Bx]) = R[A]";
    GetRoot "getroot" ABx (Dst Str16 Unused) "R[A] = root.(N[Bx])";
    GetIndex "getindex" Abc (Dst Src Src) "R[A] = R[B][R[C]]; for B = 0 missing slots are looked up in root too";
    GetIndexImm "getindeximm" Abc (Dst Src UImm8) "R[A] = R[B][C]";
    SetIndex "setindex" Abc (Src Src Src) "R[A][R[B]] = R[C]; for A = 0 missing slots are set in root";
    NewSlot "newslot" Abc (Src Src Src) "R[A][R[B]] <- R[C]";
    Delete "delete" Abc (Dst Src Src) "R[A] = delete R[B][R[C]]";
    In "in" Abc (Dst Src Src) "R[A] = R[B] in R[C]";

    // Callees: the function goes to R[A], its `this` to R[A+1].
    GetMethod "getmethod" Abc (Dst2 Src Str8) "R[A+1] = R[B]; R[A] = R[B].(S[C]); for B = 0 with the root fall-back";
    GetMethodIndex "getmethodx" Abc (Dst2 Src Src) "R[A+1] = R[B]; R[A] = R[B][R[C]]";
    GetNameCall "getnamecall" ABx (Dst2 Str16 Unused) "R[A+1] = this; R[A] = this.(N[Bx]), else root.(N[Bx])";
    GetRootCall "getrootcall" ABx (Dst2 Str16 Unused) "R[A+1] = root; R[A] = root.(N[Bx])";
    Callee "callee" Abc (Dst2 Src Unused) "R[A] = R[B]; R[A+1] = this";

    // Calls.
    Call "call" Abc (Base Count Unused) "R[A] = call R[A](R[A+1], … R[A+B]); B counts `this`";
    TailCall "tailcall" Abc (Base Count Unused) "return call R[A](R[A+1], … R[A+B])";
    Return "return" Abc (Src Unused Unused) "return R[A]";
    ReturnNull "returnnull" Abc (Unused Unused Unused) "return null";
    Yield "yield" Abc (Src UImm8 Unused) "suspend the generator; its value is R[A] if B != 0, else null";
    Resume "resume" Abc (Dst Src Unused) "R[A] = resume R[B]";
    Throw "throw" Abc (Src Unused Unused) "throw R[A]";

    // Arithmetic. Integers wrap; an operand that is a float makes both floats.
    Add "add" Abc (Dst Src Src) "R[A] = R[B] + R[C]";
    Sub "sub" Abc (Dst Src Src) "R[A] = R[B] - R[C]";
    Mul "mul" Abc (Dst Src Src) "R[A] = R[B] * R[C]";
    Div "div" Abc (Dst Src Src) "R[A] = R[B] / R[C]";
    Mod "mod" Abc (Dst Src Src) "R[A] = R[B] % R[C]";
    AddStr "adds" Abc (Dst Src Str8) "R[A] = R[B] + S[C]";
    StrAdd "sadd" Abc (Dst Str8 Src) "R[A] = S[B] + R[C]";
    AddImm "addi" Abc (Dst Src SImm8) "R[A] = R[B] + sC";
    SubImm "subi" Abc (Dst Src SImm8) "R[A] = R[B] - sC";
    MulImm "muli" Abc (Dst Src SImm8) "R[A] = R[B] * sC";
    DivImm "divi" Abc (Dst Src SImm8) "R[A] = R[B] / sC";
    ModImm "modi" Abc (Dst Src SImm8) "R[A] = R[B] % sC";
    Neg "neg" Abc (Dst Src Unused) "R[A] = -R[B]";
    BitAnd "and" Abc (Dst Src Src) "R[A] = R[B] & R[C]";
    BitOr "or" Abc (Dst Src Src) "R[A] = R[B] | R[C]";
    BitXor "xor" Abc (Dst Src Src) "R[A] = R[B] ^ R[C]";
    Shl "shl" Abc (Dst Src Src) "R[A] = R[B] << R[C]";
    Shr "shr" Abc (Dst Src Src) "R[A] = R[B] >> R[C]";
    Ushr "ushr" Abc (Dst Src Src) "R[A] = R[B] >>> R[C]";
    BitAndImm "andi" Abc (Dst Src UImm8) "R[A] = R[B] & C";
    BitOrImm "ori" Abc (Dst Src UImm8) "R[A] = R[B] | C";
    ShlImm "shli" Abc (Dst Src UImm8) "R[A] = R[B] << C";
    ShrImm "shri" Abc (Dst Src UImm8) "R[A] = R[B] >> C";
    UshrImm "ushri" Abc (Dst Src UImm8) "R[A] = R[B] >>> C";
    RotrImm "rotri" Abc (Dst Src UImm8) "R[A] = R[B] >>> C | R[B] << 32 - C";
    BitNot "not" Abc (Dst Src Unused) "R[A] = ~R[B]";
    Not "lnot" Abc (Dst Src Unused) "R[A] = !R[B]";

    // Comparisons as values.
    Eq "eq" Abc (Dst Src Src) "R[A] = R[B] == R[C]";
    Ne "ne" Abc (Dst Src Src) "R[A] = R[B] != R[C]";
    Lt "lt" Abc (Dst Src Src) "R[A] = R[B] < R[C]";
    Le "le" Abc (Dst Src Src) "R[A] = R[B] <= R[C]";
    Gt "gt" Abc (Dst Src Src) "R[A] = R[B] > R[C]";
    Ge "ge" Abc (Dst Src Src) "R[A] = R[B] >= R[C]";
    Cmp "cmp" Abc (Dst Src Src) "R[A] = R[B] <=> R[C]";
    Instanceof "instanceof" Abc (Dst Src Src) "R[A] = R[B] instanceof R[C]";

    // Jumps.
    Jmp "jmp" J (Jump24 Unused Unused) "pc += sJ";
    JTrue "jtrue" ABx (Src Jump16 Unused) "if R[A] then pc += sBx";
    JFalse "jfalse" ABx (Src Jump16 Unused) "if not R[A] then pc += sBx";
    JNull "jnull" ABx (Src Jump16 Unused) "if R[A] == null then pc += sBx";
    JNotNull "jnotnull" ABx (Src Jump16 Unused) "if R[A] != null then pc += sBx";
    // `jn…` is not the inverse relation: with NaN both are false.
    JEq "jeq" Abc (Src Src Jump8) "if R[A] == R[B] then pc += sC";
    JNe "jne" Abc (Src Src Jump8) "if R[A] != R[B] then pc += sC";
    JLt "jlt" Abc (Src Src Jump8) "if R[A] < R[B] then pc += sC";
    JNotLt "jnlt" Abc (Src Src Jump8) "if not (R[A] < R[B]) then pc += sC";
    JLe "jle" Abc (Src Src Jump8) "if R[A] <= R[B] then pc += sC";
    JNotLe "jnle" Abc (Src Src Jump8) "if not (R[A] <= R[B]) then pc += sC";
    JGt "jgt" Abc (Src Src Jump8) "if R[A] > R[B] then pc += sC";
    JNotGt "jngt" Abc (Src Src Jump8) "if not (R[A] > R[B]) then pc += sC";
    JGe "jge" Abc (Src Src Jump8) "if R[A] >= R[B] then pc += sC";
    JNotGe "jnge" Abc (Src Src Jump8) "if not (R[A] >= R[B]) then pc += sC";
    JEqImm "jeqi" Abc (Src SImm8 Jump8) "if R[A] == sB then pc += sC";
    JNeImm "jnei" Abc (Src SImm8 Jump8) "if R[A] != sB then pc += sC";
    JLtImm "jlti" Abc (Src SImm8 Jump8) "if R[A] < sB then pc += sC";
    JNotLtImm "jnlti" Abc (Src SImm8 Jump8) "if not (R[A] < sB) then pc += sC";
    JLeImm "jlei" Abc (Src SImm8 Jump8) "if R[A] <= sB then pc += sC";
    JNotLeImm "jnlei" Abc (Src SImm8 Jump8) "if not (R[A] <= sB) then pc += sC";
    JGtImm "jgti" Abc (Src SImm8 Jump8) "if R[A] > sB then pc += sC";
    JNotGtImm "jngti" Abc (Src SImm8 Jump8) "if not (R[A] > sB) then pc += sC";
    JGeImm "jgei" Abc (Src SImm8 Jump8) "if R[A] >= sB then pc += sC";
    JNotGeImm "jngei" Abc (Src SImm8 Jump8) "if not (R[A] >= sB) then pc += sC";
    JEqStr "jeqs" Abc (Src Str8 Jump8) "if R[A] == S[B] then pc += sC";
    JNeStr "jnes" Abc (Src Str8 Jump8) "if R[A] != S[B] then pc += sC";

    // Loops.
    IncJLt "incjlt" Abc (Both Src Jump8) "R[A] = R[A] + 1; if R[A] < R[B] then pc += sC";
    IncJLtImm "incjlti" Abc (Both SImm8 Jump8) "R[A] = R[A] + 1; if R[A] < sB then pc += sC";
    IncJLe "incjle" Abc (Both Src Jump8) "R[A] = R[A] + 1; if R[A] <= R[B] then pc += sC";
    IncJLeImm "incjlei" Abc (Both SImm8 Jump8) "R[A] = R[A] + 1; if R[A] <= sB then pc += sC";
    DecJGt "decjgt" Abc (Both Src Jump8) "R[A] = R[A] + -1; if R[A] > R[B] then pc += sC";
    DecJGtImm "decjgti" Abc (Both SImm8 Jump8) "R[A] = R[A] + -1; if R[A] > sB then pc += sC";
    DecJGe "decjge" Abc (Both Src Jump8) "R[A] = R[A] + -1; if R[A] >= R[B] then pc += sC";
    DecJGeImm "decjgei" Abc (Both SImm8 Jump8) "R[A] = R[A] + -1; if R[A] >= sB then pc += sC";
    // R[A] container, R[A+1] state, R[A+2] index or key, R[A+3] value.
    ForeachPrepare "foreachprep" Abc (Base Src Jump8) "begin the iteration of R[B]: R[A] = R[B], R[A+1] = start, R[A+2] = R[A+3] = null; pc += sC";
    Foreach "foreach" ABx (Base Jump16 Unused) "if R[A] has a next index and value by state R[A+1] then R[A+2], R[A+3] = these; pc += sBx";

    // Objects.
    NewTable "newtable" ABx (Dst UImm16 Unused) "R[A] = table with room for Bx slots";
    NewArray "newarray" ABx (Dst UImm16 Unused) "R[A] = empty array with room for Bx elements";
    Array "array" Abc (Base Count Unused) "R[A] = array of R[A], … R[A+B-1]";
    Append "append" Abc (Base Count Unused) "append R[A+1], … R[A+B] to the array R[A]";
    Closure "closure" ABx (Base Function16 Unused) "R[A] = closure of P[Bx] with the default values R[A+1], …";
    // C counts from the function after the running one, which most often is the first that is defined in it.
    Method "method" Abc (Src Str8 UImm8) "R[A].(S[B]) <- closure of the function C + 1 after the running one; in a class: add member";
    BindEnv "bindenv" Abc (Both Src Unused) "R[A] = R[A] with `this` fixed to R[B]";
    Clone "clone" Abc (Dst Src Unused) "R[A] = clone R[B]";
    Typeof "typeof" Abc (Dst Src Unused) "R[A] = typeof R[B]";
    // Flag 1: R[A+1] is the base class. Flag 2: R[A+2] is the attribute value of the class.
    Class "class" Abc (Base UImm8 Unused) "R[A] = new class; bit 0 of B: extends R[A+1], bit 1: attributes R[A+2]";
    // R[B] key, R[B+1] value, R[B+2] attributes.
    Member "member" Abc (Src Base UImm8) "add member R[B] = R[B+1] to the class R[A]; bit 0 of C: static, bit 1: attributes R[B+2]";
    MemberStr "members" Abc (Src Src Str8) "add member S[C] = R[B] to the class R[A]";
}

impl Op {
    /// Number of ops.
    pub const COUNT: usize = OPS.len();

    /// The op with this number, if there is one.
    pub fn from_byte(byte: u8) -> Option<Op> {
        SHAPES.get(byte as usize).map(|shape| shape.op)
    }

    /// How its operands are laid out.
    pub(crate) fn shape(self) -> &'static Shape {
        &SHAPES[self as usize]
    }

    /// Its line of the op table.
    pub fn info(self) -> &'static OpInfo {
        &OPS[self as usize]
    }
}

/// An instruction word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Instruction(pub u32);

impl Instruction {
    /// An instruction with three 8-bit operands.
    pub const fn abc(op: Op, a: u8, b: u8, c: u8) -> Self {
        Instruction(op as u32 | (a as u32) << 8 | (b as u32) << 16 | (c as u32) << 24)
    }

    /// An instruction with an 8-bit and an unsigned 16-bit operand.
    pub const fn abx(op: Op, a: u8, bx: u16) -> Self {
        Instruction(op as u32 | (a as u32) << 8 | (bx as u32) << 16)
    }

    /// An instruction with an 8-bit and a signed 16-bit operand.
    pub const fn asbx(op: Op, a: u8, sbx: i16) -> Self {
        Self::abx(op, a, sbx as u16)
    }

    /// A jump. `distance` must fit in 24 bits.
    pub const fn j(op: Op, distance: i32) -> Self {
        Instruction(op as u32 | (distance as u32) << 8)
    }

    /// The op byte, which may be no valid op.
    #[inline(always)]
    pub const fn op_byte(self) -> u8 {
        self.0 as u8
    }

    /// The op; `None` if the byte is no valid op.
    pub fn op(self) -> Option<Op> {
        Op::from_byte(self.op_byte())
    }

    /// Operand A.
    #[inline(always)]
    pub const fn a(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// Operand B.
    #[inline(always)]
    pub const fn b(self) -> u8 {
        (self.0 >> 16) as u8
    }

    /// Operand C.
    #[inline(always)]
    pub const fn c(self) -> u8 {
        (self.0 >> 24) as u8
    }

    /// Operand Bx.
    #[inline(always)]
    pub const fn bx(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// Operand sBx.
    #[inline(always)]
    pub const fn sbx(self) -> i16 {
        (self.0 >> 16) as i16
    }

    /// Operand sJ.
    #[inline(always)]
    pub const fn sj(self) -> i32 {
        self.0 as i32 >> 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_op_order() {
        for (number, info) in OPS.iter().enumerate() {
            assert_eq!(info.op as usize, number);
            assert_eq!(Op::from_byte(number as u8), Some(info.op));
        }
        assert_eq!(Op::from_byte(OPS.len() as u8), None);
    }

    #[test]
    fn jumps_keep_their_sign() {
        assert_eq!(Instruction::j(Op::Jmp, -1).sj(), -1);
        assert_eq!(Instruction::j(Op::Jmp, (1 << 23) - 1).sj(), (1 << 23) - 1);
        assert_eq!(Instruction::asbx(Op::JTrue, 7, -32768).sbx(), -32768);
    }
}
