//! What programs see of the standard libraries, edition by edition. What all
//! editions share with the reference is also in the conformance programs; here
//! are the texts of errors and what the editions do differently.

use std::any::Any;
use std::cell::{Cell, RefCell};
use tamias_compiler::{CompileOptions, compile};
use tamias_stdlib_imp::board::time::{Clock, WallTime};
use tamias_stdlib_imp::clock::HostClock;
use tamias_stdlib_imp::standard;
use tamias_vm::Edition::{self, Imp, ImpCompat, Squirrel3};
use tamias_vm::{Config, Failure, Memory, Output, Vm};

/// What the expressions of the tests may use.
const PRELUDE: &str = r#"
function written(write) {
    local result = blob();
    write(result);
    result.seek(0);
    return result;
}
function bytes_of(write) {
    local text = "";
    foreach (byte in written(write)) text += format("%02x", byte);
    return text;
}
function fields(d) {
    return d.year + "-" + d.month + "-" + d.day + " " + d.hour + ":" + d.min + ":" + d.sec
        + " w" + d.wday + " y" + d.yday + " u" + d.usec + " t" + d.time;
}
"#;

thread_local! {
    static PRINTED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A clock that is a second and a half older each time that it is read.
struct SteppingClock {
    micros: Cell<u64>,
}

impl Clock for SteppingClock {
    fn micros(&self) -> u64 {
        self.micros.replace(self.micros.get() + 1_500_000)
    }

    fn sleep_micros(&mut self, _: u64) {}

    fn wall_time(&self) -> Option<WallTime> {
        Some(WallTime { unix_seconds: 1_700_000_000, micros: 250_000 })
    }
}

fn print(_: &mut dyn Any, _: Output, bytes: &[u8]) {
    PRINTED.with_borrow_mut(|printed| printed.extend_from_slice(bytes));
}

/// What a program prints, with the error that ends it.
fn output_of(edition: Edition, program: &str) -> String {
    let compilation = compile(program.as_bytes(), &CompileOptions::new("test.nut", edition));
    let image = compilation.image.unwrap_or_else(|| panic!("{program}: {:?}", compilation.diagnostics));
    let config = Config { edition, ..Config::default() };
    let mut vm = Vm::new(config, Memory::Host { limit: 16 << 20 }).unwrap();
    vm.set_printer(print);
    for library in standard::libraries(edition) {
        assert!(vm.install(library));
    }
    let main = vm.load(&image).unwrap();
    PRINTED.take();
    let outcome = vm.start(&mut HostClock::new(SteppingClock { micros: Cell::new(0) }), main);
    let mut output = PRINTED.take();
    match outcome {
        Ok(_) => {}
        Err(Failure::Uncaught) => {
            output.extend_from_slice(b"error: ");
            vm.error_text(|text| output.extend_from_slice(text));
        }
        Err(failure) => panic!("{program}: {failure}"),
    }
    String::from_utf8_lossy(&output).into_owned()
}

/// Compares the text of an expression's value, or its error, in one edition.
#[track_caller]
fn check(edition: Edition, expression: &str, expected: &str) {
    let program = format!("{PRELUDE}print({expression});");
    assert_eq!(output_of(edition, &program), expected, "{expression} in edition {edition}");
}

/// The same in all editions.
#[track_caller]
fn check_all(expression: &str, expected: &str) {
    for edition in Edition::ALL {
        check(edition, expression, expected);
    }
}

/// The same in all editions but the one that has the defects of impOS.
#[track_caller]
fn check_all_but_compat(expression: &str, expected: &str) {
    for edition in Edition::ALL.into_iter().filter(|edition| *edition != Edition::ImpCompat) {
        check(edition, expression, expected);
    }
}

#[test]
fn math_works_on_doubles_and_returns_floats() {
    check_all("math.floor(2.5)", "2");
    check_all("typeof math.floor(2.5)", "float");
    check_all("math.ceil(-1.7)", "-1");
    check_all("math.log10(1000) == 3", "true");
    check_all("math.pow(10, -2)", "0.01");
    check_all("math.atan2(1, -1)", "2.35619");
    check_all_but_compat("math.sqrt(-1) == math.sqrt(-1)", "false");
    check(Edition::ImpCompat, "math.sqrt(-1) == math.sqrt(-1)", "true");
    check_all("math.PI", "3.14159");
    check_all("math.RAND_MAX", "2147483647");
}

#[test]
fn abs_is_an_integer() {
    check_all("math.abs(-2.9)", "2");
    check_all("typeof math.abs(-2.9)", "integer");
    check_all("math.abs(-2147483647 - 1)", "-2147483648");
    check_all("math.fabs(-2.5)", "2.5");
}

#[test]
fn only_squirrel_3_has_math_in_the_root_table() {
    check(Imp, "sin(0)", "error: the index 'sin' does not exist");
    check(ImpCompat, "PI", "error: the index 'PI' does not exist");
    check(Squirrel3, "sin(0)", "0");
    check(Squirrel3, "PI == math.PI", "true");
}

#[test]
fn srand_has_an_effect_in_squirrel_3_only() {
    let same_numbers = "math.srand(7) == null && math.rand() == (math.srand(7), math.rand())";
    check(Imp, same_numbers, "false");
    check(Squirrel3, same_numbers, "true");
}

#[test]
fn math_checks_its_arguments() {
    check_all(
        "math.sqrt(\"4\")",
        "error: parameter 1 has an invalid type 'string' ; expected: 'integer|float'",
    );
    check_all(
        "math.pow(2, null)",
        "error: parameter 2 has an invalid type 'null' ; expected: 'integer|float'",
    );
    check(Imp, "math.pow(2)", "error: wrong number of parameters");
}

#[test]
fn format_errors() {
    check(Imp, "format(\"%d\")", "error: not enough paramters for the given format string");
    check(Squirrel3, "format(\"%d\")", "error: not enough parameters for the given format string");
    check_all("format(\"%s\", 5)", "error: string expected for the specified format");
    check_all("format(\"%x\", \"5\")", "error: integer expected for the specified format");
    check_all("format(\"%f\", \"5\")", "error: float expected for the specified format");
    check_all("format(\"%z\", 5)", "error: invalid format");
    check_all("format(\"%100d\", 5)", "error: width format too long");
    check_all("format(\"%.100f\", 5)", "error: precision format too long");
    check_all("format(\"%---------------------d\", 5)", "error: format too long");
    check_all("format(5)", "error: parameter 1 has an invalid type 'integer' ; expected: 'string'");
}

#[test]
fn format_takes_bools_for_integers_in_squirrel_3_only() {
    check(Imp, "format(\"%d\", true)", "error: integer expected for the specified format");
    check(Squirrel3, "format(\"%d\", true)", "1");
}

#[test]
fn format_keeps_nul() {
    check_all("format(\"%s|%c|\\0.\", \"a\" + \"\\0\" + \"b\", 0).len()", "8");
}

#[test]
fn split_drops_empty_pieces_unless_in_squirrel_3() {
    let pieces = "split(\"a,,b;\", \",;\").reduce(@(all, piece) all + \"|\" + piece)";
    check(Imp, pieces, "a|b");
    check(Squirrel3, pieces, "a||b");
    check(Squirrel3, "split(\"a,,b\", \",\", true).len()", "2");
    check(Imp, "split(\"a,,b\", \",\", true).len()", "error: wrong number of parameters");
    check_all("split(\"a\", \"\")", "error: empty separators string");
    check_all("split(\"a\" + \"\\0\" + \"b\", \"\\0\").len()", "2");
}

#[test]
fn strip_family() {
    check_all("\"[\" + strip(\" \\t a b\\r\\n\") + \"]\"", "[a b]");
    check_all("\"[\" + lstrip(\" a \") + \"]\"", "[a ]");
    check_all("\"[\" + rstrip(\" a \") + \"]\"", "[ a]");
}

#[test]
fn imp_has_no_functions_of_squirrel_3() {
    for name in ["escape", "printf", "startswith", "endswith"] {
        check(Imp, name, &format!("error: the index '{name}' does not exist"));
    }
    check(Squirrel3, "escape(\"a\\n\")", "a\\x0a");
    check(Squirrel3, "printf(\"%d;\", 5)", "5;null");
    check(Squirrel3, "startswith(\"abc\", \"ab\") && endswith(\"abc\", \"bc\")", "true");
}

#[test]
fn no_edition_touches_the_operating_system() {
    for name in ["getenv", "system", "remove", "rename"] {
        check_all(name, &format!("error: the index '{name}' does not exist"));
    }
}

#[test]
fn groups_of_regexp() {
    let first_group = "regexp(\"(b+)(bbb)\").capture(\"bbbbbbb\")[1].end";
    check(Imp, first_group, "4");
    check(Squirrel3, first_group, "4");
    // As on a device: a group ends as soon as what follows it could begin, and is not tried again.
    check(ImpCompat, first_group, "1");
    check_all("regexp(\"(a)|(b)\").capture(\"xb\")[1].end", "0");
    check_all("regexp(\"(a)|(b)\").capture(\"xb\")[2].begin", "1");
    check_all("regexp(\"(a)(b)\").subexpcount()", "3");
}

#[test]
fn regexp_searches_from_a_position() {
    check_all("regexp(\"b\").search(\"abcb\", 2).begin", "3");
    check_all("regexp(\"b\").search(\"abcb\", 4) == null", "true");
    check_all("regexp(\"b\").search(\"abcb\", 5) == null", "true");
    check_all("regexp(\"b\").search(\"abcb\", -1) == null", "true");
    check_all_but_compat("regexp(\"b\").search(\"a\" + \"\\0\" + \"b\").begin", "2");
    check(Edition::ImpCompat, "regexp(\"b\").search(\"a\" + \"\\0\" + \"b\") == null", "true");
}

#[test]
fn regexp_errors() {
    check_all("regexp(\"(a\")", "error: expected paren");
    check_all("regexp(\"[a\")", "error: letter expected");
    check_all("regexp(5)", "error: parameter 1 has an invalid type 'integer' ; expected: 'string'");
    check_all("clone regexp(\"a\")", "error: this object cannot be cloned");
    check_all("typeof regexp(\"a\")", "regexp");
    check_all("(class extends regexp { constructor() {} })().match(\"a\")", "error: invalid type tag");
}

#[test]
fn blob_keeps_numbers_little_endian() {
    check_all("bytes_of(@(b) b.writen(0x12345678, 'i'))", "78563412");
    check_all("bytes_of(@(b) b.writen(0x12345678, 'l'))", "78563412");
    check_all("bytes_of(@(b) b.writen(-2, 's'))", "feff");
    check_all("bytes_of(@(b) b.writen(65534, 'w'))", "feff");
    check_all("bytes_of(@(b) b.writen(-1, 'c'))", "ff");
    check_all("bytes_of(@(b) b.writen(257, 'b'))", "01");
    check_all("bytes_of(@(b) b.writen(1, 'f'))", "0000803f");
    check_all("bytes_of(@(b) b.writen(1, 'd'))", "000000000000f03f");
}

#[test]
fn blob_reads_what_it_wrote() {
    for (letter, number) in [
        ('i', "305419896"),
        ('s', "-2"),
        ('w', "65534"),
        ('c', "-128"),
        ('b', "200"),
        ('f', "1.5"),
        ('d', "-2.25"),
    ] {
        check_all(&format!("written(@(b) b.writen({number}, '{letter}')).readn('{letter}')"), number);
    }
}

#[test]
fn blob_as_text() {
    check_all("written(@(b) b.writestring(\"abc\")).tostring()", "abc");
    check_all("written(@(b) b.writestring(\"abc\")).readstring(2)", "ab");
    check_all("written(@(b) b.writestring(\"abc\")).readstring(9)", "abc");
    check_all("blob().tostring() == \"\"", "true");
    check_all("blob(2).tostring().len()", "2");
    check_all("bytes_of(@(b) b.writestring(written(@(c) c.writestring(\"x\"))))", "78");
}

#[test]
fn blob_writes_itself() {
    check_all("bytes_of(function(b) { b.writestring(\"ab\"); b.writeblob(b); })", "61626162");
    check_all("bytes_of(function(b) { b.writestring(\"abcd\"); b.seek(1); b.writeblob(b); })", "6161626364");
}

#[test]
fn writeblob_counts_in_squirrel_3_only() {
    check(Imp, "blob().writeblob(blob(3)) == null", "true");
    check(Squirrel3, "blob().writeblob(blob(3))", "3");
}

#[test]
fn blob_ends() {
    check_all("blob(1).eos() == null", "true");
    check_all("blob().eos()", "1");
    check_all("blob(1).readblob(5).len()", "1");
    check_all("blob().readblob(1)", "error: no data left to read");
    check_all("blob(1).readblob(0)", "error: no data left to read");
    check_all("blob(1).readblob(-1)", "error: no data left to read");
    check_all("blob(1).readn('w')", "error: io error");
    check_all("written(function(b) { b.writen(7, 'b'); b.resize(0); }).len()", "0");
    check_all("written(@(b) b.resize(9)).len()", "0");
    check_all("blob(4).seek(5)", "-1");
    check_all("blob(4).seek(-1, 'e')", "0");
    check_all("blob(4).seek(2147483647, 'e')", "-1");
}

#[test]
fn blob_errors() {
    check_all("blob(-1)", "error: cannot create blob with negative size");
    check_all("blob(1).resize(-1)", "error: resize failed");
    check_all("blob(1).seek(0, 'x')", "error: invalid origin");
    check_all("blob(1).readn('x')", "error: invalid format");
    check_all("blob(1).writen(1, 300)", "error: invalid format");
    check_all("blob(1)[1]", "error: index out of range");
    check_all("blob(1)[-1]", "error: index out of range");
    check_all("(class extends blob { constructor() {} })().len()", "error: the blob is invalid");
    check_all(
        "blob().writeblob(\"a\")",
        "error: parameter 1 has an invalid type 'string' ; expected: 'instance'",
    );
}

#[test]
fn casts_and_swaps() {
    check_all("castf2i(1.0)", "1065353216");
    check_all("casti2f(0x40490fdb)", "3.14159");
    check_all("swap2(0x1234) == 0x3412", "true");
    check_all("swap2(0x123456) == 0x5634", "true");
    check_all("swap4(0x12345678) == 0x78563412", "true");
    check_all("swapfloat(swapfloat(2.5))", "2.5");
}

#[test]
fn time_is_what_the_host_says() {
    check_all("time()", "1700000000");
    check_all("clock()", "1.5");
    check_all("fields(date())", "2023-10-14 22:13:20 w2 y317 u250000 t1700000000");
}

#[test]
fn dates_outside_of_the_years_of_impos() {
    check_all("fields(date(946684800))", "2000-0-1 0:0:0 w6 y0 u0 t946684800");
    check(Imp, "fields(date(946684799))", "0-0-0 0:0:0 w0 y0 u0 t0");
    check(Imp, "fields(date(-1))", "0-0-0 0:0:0 w0 y0 u0 t0");
    check(Squirrel3, "fields(date(-1))", "1969-11-31 23:59:59 w3 y364 u0 t-1");
    check_all("date(0, 'u').hour", "0");
}
