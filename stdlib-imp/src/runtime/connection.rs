//! The connection to the server, as a program sees it.
//!
//! Boards say nothing about networks yet, so the server is always within
//! reach: a connection ends when the program ends it, and every attempt to
//! connect succeeds at the next turn of the event loop.

use super::state::{RuntimeState, Task};
use crate::timers::TimerId;
use tamias_vm::Handle;

/// What the program has been told and what it wants.
pub(crate) struct Connection {
    pub phase: Phase,
    pub policy: ReconnectPolicy,
    pub on_unexpected_disconnect: Option<Handle>,
    pub on_shutdown: Option<Handle>,
}

/// How far the connection is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Connected,
    /// The attempt ends when this timer fires.
    Connecting(TimerId),
    Disconnected,
}

/// What happens when something has to be sent and there is no connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReconnectPolicy {
    /// The device connects.
    SuspendOnError,
    /// The call returns an error code.
    ReturnOnError,
}

impl Connection {
    pub fn new() -> Connection {
        Connection {
            phase: Phase::Connected,
            policy: ReconnectPolicy::SuspendOnError,
            on_unexpected_disconnect: None,
            on_shutdown: None,
        }
    }

    pub fn is_connected(&self) -> bool {
        self.phase == Phase::Connected
    }
}

impl RuntimeState {
    /// Whether something can be sent. Under `SUSPEND_ON_ERROR` the program would be suspended until it can; here
    /// that takes no time.
    pub fn can_send(&mut self) -> bool {
        let waits = self.connection.policy == ReconnectPolicy::SuspendOnError;
        match self.connection.phase {
            Phase::Connected => true,
            Phase::Connecting(_) => waits,
            Phase::Disconnected => {
                if waits {
                    self.connection.phase = Phase::Connected;
                }
                waits
            }
        }
    }

    /// Starts an attempt to connect, which takes the place of one that is under way. Returns the callback that
    /// is not going to be called: that of the old attempt, or `callback` itself if no timer is left.
    #[must_use]
    pub fn connect(&mut self, callback: Option<Handle>) -> Option<Handle> {
        let dropped = self.abort_connecting();
        let now = self.now();
        match self.timers.schedule(now, Task::Connected(callback)) {
            Ok(timer) => {
                self.connection.phase = Phase::Connecting(timer);
                dropped
            }
            // Then nothing of the old attempt was left either: it would have made room.
            Err(task) => task.into_callback(),
        }
    }

    /// Ends the connection or the attempt to get one. Returns the callback of the attempt.
    #[must_use]
    pub fn disconnect(&mut self) -> Option<Handle> {
        let dropped = self.abort_connecting();
        self.connection.phase = Phase::Disconnected;
        dropped
    }

    fn abort_connecting(&mut self) -> Option<Handle> {
        match self.connection.phase {
            Phase::Connecting(timer) => {
                self.connection.phase = Phase::Disconnected;
                self.timers.cancel(timer)?.into_callback()
            }
            Phase::Connected | Phase::Disconnected => None,
        }
    }
}
