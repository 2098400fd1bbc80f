//! Programs as trees of statements, so that parts can be taken out of them.
//!
//! This is not a syntax tree: a statement is its text. Only what encloses
//! other statements has a structure.

use std::fmt::{self, Display, Formatter};

/// A statement, or what stands like one in a class or a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Text without inner statements.
    Line(String),
    /// A statement around others.
    Block(Block),
}

/// Statements with a line before them, for example `try {`, more of both, for example `} catch (e) {`, and a last line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Lines, and the statements after each.
    pub parts: Vec<(String, Vec<Node>)>,
    /// The last line.
    pub tail: String,
}

impl Node {
    /// A statement without inner statements.
    pub fn line(text: impl Into<String>) -> Node {
        Node::Line(text.into())
    }

    /// Statements between two lines.
    pub fn block(head: impl Into<String>, body: Vec<Node>, tail: impl Into<String>) -> Node {
        Node::Block(Block { parts: vec![(head.into(), body)], tail: tail.into() })
    }

    /// Statements after several lines.
    pub fn parts(parts: Vec<(String, Vec<Node>)>, tail: impl Into<String>) -> Node {
        Node::Block(Block { parts, tail: tail.into() })
    }
}

/// A program.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Program {
    /// Functions that it uses, which are no part of what is examined.
    pub prelude: &'static str,
    /// Its statements.
    pub nodes: Vec<Node>,
}

impl Display for Program {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        f.write_str(self.prelude)?;
        write_nodes(&self.nodes, 0, f)
    }
}

fn write_nodes(nodes: &[Node], depth: usize, f: &mut Formatter) -> fmt::Result {
    nodes.iter().try_for_each(|node| match node {
        Node::Line(text) => write_line(text, depth, f),
        Node::Block(block) => {
            for (head, body) in &block.parts {
                write_line(head, depth, f)?;
                write_nodes(body, depth + 1, f)?;
            }
            write_line(&block.tail, depth, f)
        }
    })
}

fn write_line(text: &str, depth: usize, f: &mut Formatter) -> fmt::Result {
    writeln!(f, "{:width$}{text}", "", width = depth * 4)
}
