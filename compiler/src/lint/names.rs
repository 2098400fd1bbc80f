//! What exists at run time without being made by the program: the names that
//! the host promises.
//!
//! The compiler knows no library. Who calls it hands over what is in the root
//! table, as dotted paths, and the lints compare.

use std::collections::{BTreeMap, BTreeSet};

/// The names of the host.
///
/// ```
/// use tamias_compiler::lint::KnownNames;
///
/// let mut names = KnownNames::default();
/// names.insert("imp.wakeup", &[1]);
/// names.insert_elsewhere("device", "exists in agents only");
/// assert!(names.root().member("imp").is_some());
/// ```
#[derive(Clone, Debug, Default)]
pub struct KnownNames {
    root: Known,
    methods: BTreeSet<String>,
    is_open: bool,
}

/// One name, and what is below it.
#[derive(Clone, Debug, Default)]
pub struct Known {
    members: BTreeMap<String, Known>,
    elsewhere: BTreeMap<String, String>,
    callbacks: Vec<usize>,
    callback_arguments: Vec<(usize, usize)>,
}

impl KnownNames {
    /// Adds a slot by its path from the root table, for example `imp.wakeup`. `callbacks` are the
    /// positions of its arguments that are functions to be called later, without a `this`.
    pub fn insert(&mut self, path: &str, callbacks: &[usize]) {
        let slot = path
            .split('.')
            .fold(&mut self.root, |object, name| object.members.entry(name.to_owned()).or_default());
        for position in callbacks {
            if !slot.callbacks.contains(position) {
                slot.callbacks.push(*position);
            }
        }
    }

    /// Notes with how many arguments a function calls its callback at a position. The function has to be known.
    pub fn set_callback_arguments(&mut self, path: &str, position: usize, n_passed: usize) {
        let mut names = path.split('.');
        let slot = names.try_fold(&mut self.root, |object, name| object.members.get_mut(name));
        if let Some(slot) = slot {
            slot.callback_arguments.push((position, n_passed));
        }
    }

    /// Notes where a slot exists that does not exist here, for example `exists in agents only`. The object
    /// that it would be in has to be known.
    pub fn insert_elsewhere(&mut self, path: &str, place: &str) {
        let (object, name) = path.rsplit_once('.').unwrap_or(("", path));
        let mut names = object.split('.').filter(|name| !name.is_empty());
        let object = names.try_fold(&mut self.root, |object, name| object.members.get_mut(name));
        let Some(object) = object else { return };
        object.elsewhere.insert(name.to_owned(), place.to_owned());
    }

    /// Adds a method that values of some built-in type have.
    pub fn insert_method(&mut self, name: &str) {
        self.methods.insert(name.to_owned());
    }

    /// Declares that there may be more names than these, as in a program that other programs extend.
    pub fn open(&mut self) {
        self.is_open = true;
    }

    /// Whether there may be more names than these.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// The root table.
    pub fn root(&self) -> &Known {
        &self.root
    }

    /// Whether values of some built-in type have this method.
    pub fn is_method(&self, name: &str) -> bool {
        self.methods.contains(name)
    }
}

impl Known {
    /// A member by its name.
    pub fn member(&self, name: &str) -> Option<&Known> {
        self.members.get(name)
    }

    /// Whether its members are known. Other values may have any.
    pub fn is_object(&self) -> bool {
        !self.members.is_empty()
    }

    /// The names of the members.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// Where a member exists that does not exist here.
    pub fn elsewhere(&self, name: &str) -> Option<&str> {
        self.elsewhere.get(name).map(String::as_str)
    }

    /// The positions of callbacks whose number of arguments is known, and that number.
    pub fn callback_arguments(&self) -> &[(usize, usize)] {
        &self.callback_arguments
    }

    /// The positions of arguments that are called later.
    pub fn callbacks(&self) -> &[usize] {
        &self.callbacks
    }
}
