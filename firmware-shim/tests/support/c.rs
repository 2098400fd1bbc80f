//! Builds programs in C against the static library.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The flags under which all C of the project compiles.
pub const FLAGS: &[&str] = &["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];

/// What the static library needs from the system.
const SYSTEM_LIBRARIES: &[&str] = &["-lpthread", "-ldl", "-lm"];

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

/// Runs a command that has to succeed, and returns what it printed.
pub fn succeed(command: &mut Command) -> String {
    let output = run(command);
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{stdout}\n{stderr}", output.status);
    stdout.into_owned()
}

/// Whether a program is there. If not, says that a test does nothing.
pub fn is_there(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if found.is_err() {
        eprintln!("skipped: there is no `{program}` on this computer");
    }
    found.is_ok()
}

/// The C compiler: `$CC`, or `cc`. `None` if there is none.
pub fn compiler() -> Option<String> {
    let name = env::var("CC").unwrap_or_else(|_| "cc".into());
    is_there(&name).then_some(name)
}

/// The static library, built by cargo in the folder in which this test was built: what the test has compiled is used
/// again. Cargo has released its lock on that folder when it runs tests.
pub fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        // target/debug/deps/test-0123
        let test = env::current_exe().expect("the test is a file");
        let target = test.ancestors().nth(3).expect("it lies in a target folder");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "-p", "tamias-c", "--message-format=json", "--target-dir"]).arg(target);
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        let messages = succeed(cargo.current_dir(folder()));
        let library = messages.lines().filter_map(library_of).next_back();
        library.expect("cargo says where the library is")
    })
}

/// The static library that a message of cargo is about.
fn library_of(message: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(message).ok()?;
    let is_library = message["reason"] == "compiler-artifact" && message["target"]["name"] == "tamias";
    let files = message["filenames"].as_array().filter(|_| is_library)?;
    files
        .iter()
        .filter_map(|file| file.as_str())
        .map(PathBuf::from)
        .find(|file| file.extension().is_some_and(|extension| extension == "a" || extension == "lib"))
}

/// Compiles a program and links it with the library.
pub fn build(compiler: &str, source: &Path, program: &Path, options: &[&str]) {
    let mut command = Command::new(compiler);
    command.args(FLAGS).args(options).arg("-I").arg(folder().join("include"));
    command.arg(source).arg("-o").arg(program).arg(library()).args(SYSTEM_LIBRARIES);
    succeed(&mut command);
}
