//! Where the command keeps what outlives it: history and baselines.

use std::env;
use std::path::PathBuf;

/// `tamias` in the directory for the state of programs: `$XDG_STATE_HOME`, or `.local/state` in the home directory.
pub fn folder() -> Option<PathBuf> {
    let state = env::var_os("XDG_STATE_HOME").filter(|path| !path.is_empty()).map(PathBuf::from);
    let home = || env::var_os("HOME").or_else(|| env::var_os("USERPROFILE")).map(PathBuf::from);
    let folder = state.or_else(|| Some(home()?.join(".local").join("state")))?;
    Some(folder.join("tamias"))
}
