//! An image with any byte changed is refused or runs, but never crashes.

use std::fs;
use std::path::Path;
use tamias_compiler::{CompileOptions, ConstantValue, compile};
use tamias_simulator::{BoardSetup, SimulatedBoard};
use tamias_stdlib_imp::api::constants::CONSTANTS;
use tamias_stdlib_imp::runtime::{Next, Runtime, RuntimeConfig};
use tamias_vm::{Config, Edition, Memory};

const HEAP: usize = 256 << 10;

fn thermostat() -> (Vec<u8>, String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/thermostat");
    let source = fs::read(folder.join("device.nut")).expect("the example exists");
    let board = fs::read_to_string(folder.join("board.toml")).expect("the example has a board");
    let mut options = CompileOptions::new("device.nut", Edition::Imp);
    options.constants =
        CONSTANTS.iter().map(|(name, value)| ((*name).to_string(), ConstantValue::Int(*value))).collect();
    (compile(&source, &options).image.expect("the example compiles"), board)
}

/// Loads an image and, if it is accepted, runs it for a minute of virtual time.
fn try_image(image: &[u8], board: &str) -> bool {
    let board = SimulatedBoard::from_setup(BoardSetup::parse(board).expect("the board is valid"));
    let config = RuntimeConfig {
        vm: Config { budget: Some(10_000), ..Config::default() },
        ..RuntimeConfig::default()
    };
    let mut runtime = Runtime::new(config, Memory::Host { limit: HEAP }, Box::new(board))
        .expect("the heap is large enough");
    if runtime.load(image).is_err() {
        return false;
    }
    for _ in 0..100 {
        match runtime.poll() {
            Next::At(deadline) if deadline < 60_000_000 => {
                if let Some(board) = runtime.board_as::<SimulatedBoard>() {
                    board.advance_to(deadline);
                }
            }
            Next::Ready => {}
            _ => break,
        }
    }
    true
}

#[test]
fn every_byte_matters_or_does_no_harm() {
    let (image, board) = thermostat();
    assert!(try_image(&image, &board));
    let mut damaged = image.clone();
    let mut accepted = 0;
    for position in 0..image.len() {
        for change in [0x01, 0x80, 0xFF] {
            damaged[position] = image[position] ^ change;
            accepted += usize::from(try_image(&damaged, &board));
        }
        damaged[position] = image[position];
    }
    // All but a few bytes of the header are covered by the checksum.
    assert!(accepted < 16, "{accepted} damaged images were accepted");
}
