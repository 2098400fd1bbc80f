//! Similar names: what was most likely meant by a misspelt one.

/// The candidate that is closest to a name, if it is close enough to be meant.
///
/// One slip is allowed for every three characters, and more than one only in
/// long names: a suggestion that is wrong is worse than none.
pub(crate) fn closest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let limit = match name.len() {
        0..=2 => return None,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    let scored = candidates.filter_map(|candidate| Some((distance(name, candidate, limit)?, candidate)));
    scored.filter(|(slips, _)| *slips > 0).min().map(|(_, candidate)| candidate)
}

/// How many slips turn one name into the other: a letter too many, too few or wrong, or two letters
/// exchanged. `None` beyond the limit. A difference in case counts once, however many letters differ.
fn distance(left: &str, right: &str, limit: usize) -> Option<usize> {
    if left.eq_ignore_ascii_case(right) {
        return Some(usize::from(left != right));
    }
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len().abs_diff(right.len()) > limit {
        return None;
    }
    let mut before_last = vec![0; right.len() + 1];
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let substituted = last[column] + usize::from(letter != other);
            let mut best = substituted.min(last[column + 1] + 1).min(current[column] + 1);
            let is_exchange =
                row > 0 && column > 0 && left[row - 1] == *other && *letter == right[column - 1];
            if is_exchange {
                best = best.min(before_last[column - 1] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().filter(|slips| *slips <= limit)
}

#[cfg(test)]
mod tests {
    use super::closest;

    const NAMES: [&str; 5] = ["wakeup", "cancelwakeup", "sleep", "onidle", "net"];

    #[test]
    fn one_slip_is_understood() {
        for slip in ["wakup", "wakeupp", "waekup", "wakeop", "wakeUp"] {
            assert_eq!(closest(slip, NAMES.into_iter()), Some("wakeup"), "{slip}");
        }
    }

    #[test]
    fn another_word_is_not() {
        for word in ["slip", "idle", "wake", "nat2", "ne"] {
            assert_eq!(closest(word, NAMES.into_iter()), None, "{word}");
        }
    }

    #[test]
    fn the_name_itself_is_no_suggestion() {
        assert_eq!(closest("sleep", NAMES.into_iter()), None);
    }
}
