//! Takes out of a program what is not needed to show a difference.
//!
//! Runs of statements are removed, at first long ones, and blocks are replaced
//! by what is in them, until nothing more can go.

use crate::program::{Block, Node, Program};

/// The smallest program found for which `is_wanted` still holds, as it does for this one.
pub fn minimise(program: &Program, mut is_wanted: impl FnMut(&Program) -> bool) -> Program {
    let mut best = program.clone();
    loop {
        let before = best.clone();
        remove_runs(&mut best, &mut is_wanted);
        replace_blocks(&mut best, &mut is_wanted);
        if best == before {
            return best;
        }
    }
}

/// The way to a list of statements: a node of the enclosing list and a part of it, at each step.
type Path = Vec<(usize, usize)>;

fn list_at<'p>(program: &'p mut Program, path: &[(usize, usize)]) -> &'p mut Vec<Node> {
    path.iter().fold(&mut program.nodes, |list, (index, part)| match &mut list[*index] {
        Node::Block(block) => &mut block.parts[*part].1,
        Node::Line(_) => unreachable!("paths lead through blocks"),
    })
}

/// The ways to all lists, outer ones first.
fn lists(nodes: &[Node]) -> Vec<Path> {
    let mut paths = vec![Vec::new()];
    for (index, node) in nodes.iter().enumerate() {
        let Node::Block(block) = node else { continue };
        for (part, (_, body)) in block.parts.iter().enumerate() {
            paths.extend(lists(body).into_iter().map(|rest| [vec![(index, part)], rest].concat()));
        }
    }
    paths
}

fn remove_runs(best: &mut Program, is_wanted: &mut impl FnMut(&Program) -> bool) {
    let mut visited = 0;
    // The lists change while statements go: the next one is looked up each time.
    while let Some(path) = lists(&best.nodes).into_iter().nth(visited) {
        let mut run = list_at(best, &path).len();
        while run > 0 {
            let mut start = 0;
            while start < list_at(best, &path).len() {
                let mut candidate = best.clone();
                let list = list_at(&mut candidate, &path);
                list.drain(start..(start + run).min(list.len()));
                if is_wanted(&candidate) {
                    *best = candidate;
                } else {
                    start += run;
                }
            }
            run /= 2;
        }
        visited += 1;
    }
}

fn replace_blocks(best: &mut Program, is_wanted: &mut impl FnMut(&Program) -> bool) {
    let mut visited = 0;
    while let Some(path) = lists(&best.nodes).into_iter().nth(visited) {
        let mut index = 0;
        while index < list_at(best, &path).len() {
            if let Node::Block(block) = list_at(best, &path)[index].clone() {
                for replacement in replacements(&block) {
                    let mut candidate = best.clone();
                    list_at(&mut candidate, &path).splice(index..index + 1, replacement);
                    if is_wanted(&candidate) {
                        *best = candidate;
                        break;
                    }
                }
            }
            index += 1;
        }
        visited += 1;
    }
}

/// What can stand instead of a block: its statements, those of one part, or the block without one of its parts.
fn replacements(block: &Block) -> Vec<Vec<Node>> {
    let mut found = vec![block.parts.iter().flat_map(|(_, body)| body.clone()).collect()];
    if block.parts.len() > 1 {
        found.extend(block.parts.iter().map(|(_, body)| body.clone()));
        found.extend((1..block.parts.len()).map(|removed| {
            let mut smaller = block.clone();
            smaller.parts.remove(removed);
            vec![Node::Block(smaller)]
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_matters_is_left() {
        let inner =
            Node::block("if (x) {", vec![Node::line("a"), Node::line("needed"), Node::line("b")], "}");
        let nodes =
            vec![Node::line("c"), Node::block("{", vec![inner, Node::line("d")], "}"), Node::line("e")];
        let program = Program { prelude: "", nodes };
        let minimal = minimise(&program, |candidate| candidate.to_string().contains("needed"));
        assert_eq!(minimal.to_string(), "needed\n");
    }
}
