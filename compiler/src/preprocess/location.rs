//! Locations: where an included text is, on this computer or elsewhere.
//!
//! A location is a text such as `/home/me/lib.nut`, `https://host/lib.nut` or
//! `github:user/repository/lib.nut@v1.0.0`. Nothing here reads anything.

/// Ways to name the root of a repository, with how many parts of the path belong to it.
const REPOSITORIES: [(&str, usize); 5] = [
    ("github:", 2),
    ("github.com:", 2),
    ("github.com/", 2),
    ("bitbucket-server:", 2),
    ("git-azure-repos:", 3),
];

/// Where a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Location {
    /// What comes before the path: nothing for a local file, else for example `github:user/repository`.
    root: String,
    /// The path, with `/` between its parts.
    path: String,
    /// The branch, tag or commit.
    reference: Option<String>,
}

impl Location {
    /// Reads a location; `\` counts as `/`.
    pub(super) fn new(text: &str) -> Location {
        let text = text.trim().replace('\\', "/");
        if let Some(end) = url_root(&text) {
            let (root, path) = text.split_at(end);
            return Location { root: root.to_owned(), path: normalized(path), reference: None };
        }
        let Some((root, path)) = repository(&text) else {
            return Location { root: String::new(), path: normalized(&text), reference: None };
        };
        let (path, reference) = match path.rsplit_once('@') {
            Some((path, reference)) => (path, Some(reference.to_owned())),
            None => (path, None),
        };
        Location { root: root.to_owned(), path: normalized(path), reference }
    }

    /// Whether it is not on this computer.
    pub(super) fn is_remote(&self) -> bool {
        !self.root.is_empty()
    }

    fn is_url(&self) -> bool {
        self.root.contains("://")
    }

    /// `__FILE__`
    pub(super) fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// `__PATH__`
    pub(super) fn folder(&self) -> String {
        match self.path.rsplit_once('/') {
            Some(("", _)) if !self.is_remote() => "/".to_owned(),
            Some((folder, _)) => format!("{}{folder}", self.root),
            None if self.is_remote() => self.root.clone(),
            None => ".".to_owned(),
        }
    }

    /// `__REPO_REF__`
    pub(super) fn reference(&self) -> Option<&str> {
        self.reference.as_deref()
    }

    /// `__REPO_PREFIX__`
    pub(super) fn repository(&self) -> Option<&str> {
        let is_repository = self.is_remote() && !self.is_url() && self.root != "git-local:";
        is_repository.then_some(&*self.root)
    }

    /// `__URL_ROOT__` and `__URL_PATH__`
    pub(super) fn url(&self) -> Option<(&str, &str)> {
        self.is_url().then(|| (&*self.root, self.path.trim_start_matches('/')))
    }

    /// The location as text.
    pub(super) fn to_text(&self) -> String {
        match &self.reference {
            Some(reference) => format!("{}{}@{reference}", self.root, self.path),
            None => format!("{}{}", self.root, self.path),
        }
    }

    /// Where the text `target` can be that a text at this location includes, best first.
    pub(super) fn candidates(&self, target: &str, folders: &[String]) -> Vec<Location> {
        let target = Location::new(target);
        if target.is_remote() {
            // Texts of one repository belong to one version of it.
            let same = target.root == self.root && target.reference.is_none();
            let reference = if same { self.reference.clone() } else { target.reference.clone() };
            return vec![Location { reference, ..target }];
        }
        let is_absolute = is_absolute(&target.path);
        let mut found = Vec::new();
        if self.is_remote() {
            let path = match self.path.rsplit_once('/') {
                Some((folder, _)) if !is_absolute => format!("{folder}/{}", target.path),
                _ => target.path.clone(),
            };
            let path = if path.starts_with('/') { path } else { format!("/{path}") };
            found.push(Location { path: normalized(&path), ..self.clone() });
        }
        if is_absolute {
            found.push(target);
            return found;
        }
        let own = (!self.is_remote()).then(|| self.folder());
        for folder in own.iter().chain(folders) {
            let location = Location::new(&format!("{folder}/{}", target.path));
            if !found.contains(&location) {
                found.push(location);
            }
        }
        found
    }
}

/// Whether a path begins at the root of a file system, on Windows too.
fn is_absolute(path: &str) -> bool {
    path.starts_with('/')
        || (path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic())
}

/// Where the root of a URL ends.
fn url_root(text: &str) -> Option<usize> {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    let scheme = ["http://", "https://"].into_iter().find(|scheme| lower.starts_with(scheme))?;
    Some(text[scheme.len()..].find('/').map_or(text.len(), |end| scheme.len() + end))
}

/// The root and the path of a text in a repository.
fn repository(text: &str) -> Option<(&str, &str)> {
    if let Some(path) = text.strip_prefix("git-local:") {
        return Some(("git-local:", path));
    }
    let (scheme, parts) = REPOSITORIES.into_iter().find(|(scheme, _)| text.starts_with(scheme))?;
    let mut end = scheme.len();
    for _ in 0..parts {
        end += text[end..].find('/')? + 1;
    }
    Some((&text[..end - 1], &text[end - 1..]))
}

/// A path without `.`, `..` and empty parts, as far as that is possible.
fn normalized(path: &str) -> String {
    let is_rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if is_rooted => {}
            _ => parts.push(part),
        }
    }
    format!("{}{}", if is_rooted { "/" } else { "" }, parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(from: &str, target: &str) -> Vec<String> {
        let folders = ["/main".to_owned(), "/here".to_owned()];
        Location::new(from).candidates(target, &folders).iter().map(Location::to_text).collect()
    }

    #[test]
    fn variables_come_from_the_parts_of_a_location() {
        let github = Location::new("github:user/repo/a/../lib/x.nut@v1.0");
        assert_eq!(github.file_name(), "x.nut");
        assert_eq!(github.folder(), "github:user/repo/lib");
        assert_eq!(github.reference(), Some("v1.0"));
        assert_eq!(github.repository(), Some("github:user/repo"));
        assert_eq!(github.to_text(), "github:user/repo/lib/x.nut@v1.0");
        let url = Location::new("https://host:8080/a/x.nut");
        assert_eq!((url.folder().as_str(), url.repository()), ("https://host:8080/a", None));
        assert_eq!(url.url(), Some(("https://host:8080", "a/x.nut")));
        let local = Location::new("/a/b/../x.nut");
        assert_eq!((local.folder().as_str(), local.file_name(), local.url()), ("/a", "x.nut", None));
        assert_eq!(Location::new("/x.nut").folder(), "/");
    }

    #[test]
    fn local_texts_are_looked_for_beside_the_including_one_first() {
        assert_eq!(
            candidates("/main/sub/a.nut", "x/../b.nut"),
            ["/main/sub/b.nut", "/main/b.nut", "/here/b.nut"]
        );
        assert_eq!(candidates("/main/a.nut", "b.nut"), ["/main/b.nut", "/here/b.nut"]);
        assert_eq!(candidates("/main/a.nut", "/b.nut"), ["/b.nut"]);
        assert_eq!(candidates("/main/a.nut", "c:\\lib\\b.nut"), ["c:/lib/b.nut"]);
    }

    #[test]
    fn remote_texts_include_their_neighbours_of_the_same_version() {
        let from = "github:user/repo/lib/a.nut@v1";
        assert_eq!(
            candidates(from, "b.nut"),
            ["github:user/repo/lib/b.nut@v1", "/main/b.nut", "/here/b.nut"]
        );
        assert_eq!(candidates(from, "/b.nut"), ["github:user/repo/b.nut@v1", "/b.nut"]);
        assert_eq!(candidates(from, "github:user/repo/lib/../b.nut"), ["github:user/repo/b.nut@v1"]);
        assert_eq!(candidates(from, "github:user/other/b.nut"), ["github:user/other/b.nut"]);
        assert_eq!(candidates("https://host/lib/a.nut", "../b.nut")[0], "https://host/b.nut");
    }
}
