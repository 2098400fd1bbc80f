//! The link to a server: the connection, the log on its way there, and messages
//! between the device and its agent.
//!
//! A link sends and receives whole messages and says how it is connected. What
//! is in a message is written and read by the imp API; retries, encryption and
//! the protocol are the board's. Nothing here waits, except [`ServerLink::flush`]:
//! what takes time is begun, and
//! [`Event::LinkChanged`](crate::events::Event::LinkChanged) tells when
//! something has become of it.

use core::fmt;

/// The way to a server.
pub trait ServerLink {
    /// How it is connected now.
    fn status(&self) -> LinkStatus;

    /// Begins to connect. If that has not succeeded after `timeout_micros` it is given up.
    fn connect(&mut self, timeout_micros: u64);

    /// Ends the connection, or the attempt to get one.
    fn disconnect(&mut self);

    /// Puts a message into the buffer of those on their way.
    ///
    /// # Errors
    /// If there is no connection, or no room; nothing of the message has been taken then.
    fn send(&mut self, message: Message<'_>) -> Result<(), SendError>;

    /// Waits until the server has everything, at most for `timeout_micros`. False if it has not.
    fn flush(&mut self, timeout_micros: u64) -> bool;

    /// The oldest message that has come, copied into `name` and `data`. A message that does not fit is lost, and
    /// the answer says how large it was.
    fn receive(&mut self, name: &mut [u8], data: &mut [u8]) -> Option<Received>;

    /// `imp.getrssi()` in dBm, while connected by radio.
    fn signal_strength(&self) -> Option<i32> {
        None
    }
}

/// How a link is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkStatus {
    /// To the server.
    Connected,
    /// Not yet.
    Connecting,
    /// Not at all, and why.
    Disconnected(DisconnectReason),
}

/// Why there is no connection: what the callbacks of `server.connect()` and `server.onunexpecteddisconnect()` tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisconnectReason {
    /// Nobody has asked for one yet, or the program has ended it.
    Requested,
    /// The network did not let the device in, or is out of reach.
    NoNetwork,
    /// The network gave the device no address.
    NoAddress,
    /// The server's name was not found.
    NotResolved,
    /// The server did not answer, or no longer.
    NoServer,
    /// The server asks the device to start the program again.
    Restart,
}

/// A message to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message<'a> {
    /// A line of the log.
    Log(&'a str),
    /// A line of the log that tells of an error.
    Error(&'a str),
    /// `agent.send(name, data)`.
    ToAgent {
        /// What the agent's handler is registered for.
        name: &'a [u8],
        /// The value, in serialised form.
        data: &'a [u8],
    },
}

/// A message of the agent that has been received: the lengths of its name and its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// Bytes of the name.
    pub name_bytes: usize,
    /// Bytes of the serialised value.
    pub data_bytes: usize,
}

/// Why a message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendError {
    /// There is no connection.
    NotConnected,
    /// The buffer is full now.
    Full,
    /// It would not fit into an empty buffer either.
    TooLong,
}

impl fmt::Display for SendError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotConnected => "not connected",
            Self::Full => "send buffer full",
            Self::TooLong => "message too long",
        })
    }
}

impl core::error::Error for SendError {}
