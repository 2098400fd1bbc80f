//! A pattern and a text, in all syntaxes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tamias_stdlib_imp::text::regexp::{Regexp, Syntax};

fuzz_target!(|data: &[u8]| {
    let middle = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (pattern, text) = data.split_at(middle);
    for syntax in [Syntax::Squirrel, Syntax::SquirrelOfImpOs, Syntax::Re2] {
        let Ok(regexp) = Regexp::new(pattern, syntax) else { continue };
        let found = regexp.search(text, 0);
        let groups = regexp.capture(text, 0);
        let (Ok(found), Ok(groups)) = (found, groups) else { continue };
        assert_eq!(found, groups.as_ref().and_then(|groups| groups.group(0)));
        for group in (0..regexp.n_groups()).filter_map(|index| groups.as_ref()?.group(index)) {
            assert!(group.start <= group.end && group.end <= text.len());
        }
        let _ = regexp.is_match(text);
    }
});
