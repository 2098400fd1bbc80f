//! What the tests of the simulator share: boards from text, names to ids.

use tamias_simulator::{BoardSetup, SimulatedBoard};
use tamias_stdlib_imp::board::{Board, I2cAddress, I2cBus, PinId};

/// The board that a file describes.
pub fn board(source: &str) -> SimulatedBoard {
    SimulatedBoard::from_setup(BoardSetup::parse(source).unwrap_or_else(|error| panic!("{error}")))
}

/// An imp006 with what `source` adds.
#[allow(dead_code, reason = "not every test crate needs it")]
pub fn imp006(source: &str) -> SimulatedBoard {
    board(&format!("module = 'imp006'\n{source}"))
}

#[allow(dead_code, reason = "not every test crate needs it")]
pub fn pin(board: &SimulatedBoard, name: &str) -> PinId {
    board.profile().pin(name).unwrap()
}

/// A bus that has been configured.
#[allow(dead_code, reason = "not every test crate needs it")]
pub fn i2c_bus(board: &mut SimulatedBoard, name: &str) -> I2cBus {
    let bus = board.profile().i2c_bus(name).unwrap();
    board.i2c().unwrap().configure(bus, 400_000).unwrap();
    bus
}

/// The bytes of a register, or the code of the error.
#[allow(dead_code, reason = "not every test crate needs it")]
pub fn read_register<const COUNT: usize>(
    board: &mut SimulatedBoard,
    bus: I2cBus,
    address: i32,
    register: u8,
) -> Result<[u8; COUNT], i32> {
    let mut bytes = [0; COUNT];
    let address = I2cAddress::from_eight_bit(address);
    board.i2c().unwrap().read(bus, address, &[register], &mut bytes).map_err(|error| error.code())?;
    Ok(bytes)
}
