//! Programs made of several files, and files that are no programs.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// A folder with files in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        files.iter().for_each(|(name, text)| folder.write(name, text.as_bytes()));
        folder
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn tamias(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tamias"));
        command.current_dir(self.path()).args(arguments).args(["--color", "never"]);
        command.output().expect("tamias starts")
    }

    /// The exit code and the messages of `tamias check`.
    fn check(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let start = Instant::now();
        let output = self.tamias(&[&["check"], arguments].concat());
        assert!(start.elapsed() < Duration::from_secs(60), "{arguments:?} takes too long");
        (output.status.code(), text(&output.stderr))
    }

    /// Checks a file that has to be rejected with this message.
    fn rejects(&self, arguments: &[&str], message: &str) {
        let (code, messages) = self.check(arguments);
        assert_eq!(code, Some(3), "{messages}");
        assert!(messages.contains(message), "{messages}");
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}

const DEVICE: &str = "#require \"Log.lib.nut:1.0.0\"\n@include \"src/led.nut\"\n@include once \"github:user/repo/math.nut@v1\"\n\
                      log(\"@{GREETING} \" + twice(21));\nblink(null);\n";

fn device() -> Folder {
    Folder::new(&[
        ("device.nut", DEVICE),
        ("src/led.nut", "// The light.\nfunction blink(pin) {\n    pin.write(1);\n}\n"),
        ("vendor/repo/math.nut", "@include \"more/twice.nut\"\n"),
        ("vendor/repo/more/twice.nut", "function twice(n) { return n * 2; }"),
        ("libraries/Log.lib.nut@1.0.0", "function log(text) {\n    server.log(text);\n}\n"),
    ])
}

const OPTIONS: [&str; 6] =
    ["-D", "GREETING=hello", "--library", "libraries", "--remote", "github:user/repo=vendor/repo"];

#[test]
fn a_program_of_several_files_runs_and_its_errors_lead_to_the_files() {
    let output = device().tamias(&[&["run", "device.nut"], &OPTIONS[..]].concat());
    assert_eq!(
        text(&output.stdout),
        "hello 42\nERROR: the index 'write' does not exist\nERROR:   in blink device_code:7\n\
         ERROR:   from main device_code:11\n"
    );
    assert_eq!(
        text(&output.stderr),
        "note: device_code:7 is src/led.nut:3\nnote: device_code:11 is device.nut:5\n"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn images_remember_the_files() {
    let folder = device();
    let compiled = folder.tamias(&[&["compile", "device.nut", "-o", "device.cnut"], &OPTIONS[..]].concat());
    assert_eq!(compiled.status.code(), Some(0), "{}", text(&compiled.stderr));
    let output = folder.tamias(&["run", "device.cnut"]);
    assert!(text(&output.stderr).contains("note: device_code:7 is src/led.nut:3\n"));
    let listing = folder.tamias(&[&["disasm", "device.nut"], &OPTIONS[..]].concat());
    assert!(
        text(&listing.stdout).contains("src/led.nut:3 |     pin.write(1);\n"),
        "{}",
        text(&listing.stdout)
    );
}

#[test]
fn the_text_can_be_seen() {
    let output = device().tamias(&[&["preprocess", "-l", "device.nut"], &OPTIONS[..]].concat());
    let expected = "#line 1 \"libraries/Log.lib.nut@1.0.0\"\nfunction log(text) {\n    server.log(text);\n}\n\
                    #line 1 \"device.nut\"\n\n#line 1 \"src/led.nut\"\n// The light.\nfunction blink(pin) {\n    \
                    pin.write(1);\n}\n#line 1 \"vendor/repo/more/twice.nut\"\nfunction twice(n) { return n * 2; }\n\
                    #line 4 \"device.nut\"\nlog(\"hello \" + twice(21));\nblink(null);\n";
    assert_eq!(text(&output.stdout), expected);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn plain_programs_name_the_files_in_their_errors() {
    let folder =
        Folder::new(&[("a.nut", "@include \"b.nut\"\nf();\n"), ("b.nut", "\nfunction f() { throw 1; }\n")]);
    let output = folder.tamias(&["run", "--edition", "squirrel-3", "a.nut"]);
    assert_eq!(text(&output.stderr), "ERROR: 1\nERROR:   in f b.nut:2\nERROR:   from main a.nut:2\n");
}

#[test]
fn plain_programs_know_the_names_of_their_files() {
    let folder = Folder::new(&[
        (
            "a.nut",
            "function at(file, line) { print(file + \":\" + line + \"\\n\"); }\n\
             @include \"more/b.nut\"\n\
             @macro here()\nat(__FILE__, __LINE__);\n@end\n\
             @include here()\n\
             at(__FILE__, __LINE__ +\n0);\n\
             @set place = \"at(__FILE__, __LINE__)\"\n\
             @{place};\n\
             #line 70 \"c.nut\"\n\
             at(__FILE__, __LINE__);\n",
        ),
        ("more/b.nut", "\nat(__FILE__, __LINE__);\n@{__LINE__};\nat(\"@{__FILE__}\", @{__LINE__});\n"),
    ]);
    let output = folder.tamias(&["run", "--edition", "squirrel-3", "a.nut"]);
    assert_eq!(
        text(&output.stdout),
        "more/b.nut:2\nb.nut:4\na.nut:4\na.nut:7\na.nut:10\nc.nut:70\n",
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn what_is_missing_is_named_where_it_is_asked_for() {
    let folder = device();
    folder.rejects(
        &["device.nut"],
        "cannot include `github:user/repo/math.nut@v1`: it is not on this computer\n --> device.nut:3:1",
    );
    folder.rejects(&["device.nut"], "= help: say where its folder is: --remote 'github:user/repo=FOLDER'");
    folder.rejects(&["device.nut", "--remote", "github:user/repo=nowhere"], "there is no `nowhere/math.nut`");
    let others = &OPTIONS[4..];
    folder.rejects(
        &[&["device.nut", "--library", "src"], others].concat(),
        "there is no library `Log.lib.nut:1.0.0`\n --> device.nut:1:1",
    );
    let (code, messages) = folder.check(&[&["device.nut"], others].concat());
    assert_eq!(code, Some(0), "{messages}");
    assert!(messages.contains("warning[SQ0722]: the library `Log.lib.nut:1.0.0` is left out"), "{messages}");
    assert!(
        messages.contains("warning[SQ0707]: `GREETING` is not defined, so `null` stands here"),
        "{messages}"
    );
}

#[test]
fn files_that_cannot_be_included_are_errors_at_the_directive() {
    let folder = Folder::new(&[
        ("missing.nut", "local a;\n  @include \"nothing.nut\"\n"),
        ("folder.nut", "@include \"sub\"\n"),
        ("sub/x.nut", ""),
        ("cycle.nut", "@include \"cycle2.nut\"\n"),
        ("cycle2.nut", "@include \"cycle.nut\"\n"),
        ("endless.nut", "@while true\n@end\n"),
        ("recursive.nut", "@macro m()\n@include m()\n@end\n@include m()\n"),
        ("many.nut", "@repeat 1000000000\nx = 1;\n@end\n"),
        ("through.nut", "@include \"missing.nut/x\"\n"),
    ]);
    folder.rejects(&["missing.nut"], "there is no `nothing.nut`\n --> missing.nut:2:3");
    folder.rejects(&["folder.nut"], "cannot include `sub`: it is a folder\n --> folder.nut:1:1");
    folder.rejects(&["cycle.nut"], "includes itself without end");
    folder.rejects(&["endless.nut"], "the loop does not end within 100000 turns\n --> endless.nut:1:1");
    folder.rejects(
        &["recursive.nut"],
        "error[SQ0711]: `recursive.nut` includes itself without end\n --> recursive.nut:2:1",
    );
    folder.rejects(&["many.nut"], "more than 100000 turns\n --> many.nut:1:9");
    folder.rejects(&["through.nut"], "there is no `missing.nut/x`");
}

#[cfg(unix)]
#[test]
fn devices_and_unreadable_files_are_not_included() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[
        ("zero.nut", "@include \"/dev/zero\"\n"),
        ("secret.nut", "x"),
        ("main.nut", "@include \"secret.nut\"\n"),
    ]);
    folder.rejects(&["zero.nut"], "cannot include `/dev/zero`: it is no ordinary file\n --> zero.nut:1:1");
    let secret = folder.path().join("secret.nut");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).expect("it is ours");
    // Whoever may read everything, reads this, too.
    if fs::read(&secret).is_err() {
        folder.rejects(&["main.nut"], "cannot include `secret.nut`:");
    }
}

#[test]
fn any_bytes_are_a_program_or_an_error() {
    let folder = Folder::new(&[("empty.nut", ""), ("blank.nut", "\n\n")]);
    folder.write("latin1.nut", b"server.log(\"caf\xe9\");\n// \xff\n");
    folder.write("latin1_name.nut", b"local caf\xe9 = 1;\n");
    folder.write("nul.nut", b"local a = 1;\nlocal b\0 = 2;\n");
    folder.write("nul_in_string.nut", b"local a = \"x\0y\";\n");
    folder.write("utf16.nut", b"\xff\xfel\0o\0c\0a\0l\0 \0a\0");
    for accepted in ["empty.nut", "blank.nut", "latin1.nut", "nul_in_string.nut"] {
        let (code, messages) = folder.check(&[accepted]);
        assert_eq!((code, &*messages), (Some(0), ""), "{accepted}");
    }
    folder.rejects(&["latin1_name.nut"], "Invalid character\n --> latin1_name.nut:1:10");
    folder.rejects(&["nul.nut"], "unexpected character(control)\n --> nul.nut:2:8");
    folder.rejects(&["utf16.nut"], "utf16.nut:1:1");
}

#[test]
fn a_hundred_megabytes_are_an_error_soon() {
    const SIZE: usize = 100 << 20;
    let folder = Folder::new(&[("include.nut", "local a;\n@include \"lines.nut\"\n")]);
    folder.write("lines.nut", b"local a = 1; // one\n".repeat(SIZE / 20).as_slice());
    folder.write("line.nut", b"a = 1; ".repeat(SIZE / 7).as_slice());
    folder.write("nuls.nut", &vec![0; SIZE]);
    folder.rejects(
        &["lines.nut"],
        "--> lines.nut:1677722:13
",
    );
    folder.rejects(
        &["line.nut"],
        "--> line.nut:1:33554433
",
    );
    folder.rejects(
        &["nuls.nut"],
        "error[SQ0402]: the source text is larger than 32 MiB\n --> nuls.nut:1:33554433\n",
    );
    folder.rejects(
        &["include.nut"],
        "cannot include `lines.nut`: it is larger than 32 MiB\n --> include.nut:2:1",
    );
}
