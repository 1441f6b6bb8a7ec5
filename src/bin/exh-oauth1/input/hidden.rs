//! Hiding what is typed on a terminal.

use std::{fs::File, io};

/// A terminal that does not show typed characters, and its original modes.
pub(crate) struct HiddenTerminal {
    terminal: File,
    before: rustix::termios::Termios,
    hidden: rustix::termios::Termios,
}

impl HiddenTerminal {
    pub(super) fn new(terminal: &File) -> io::Result<Self> {
        use rustix::termios::{InputModes, LocalModes, tcgetattr};
        let before = tcgetattr(terminal)?;
        let mut hidden = before.clone();
        // Line mode with keys for deleting and interrupting, even if another program has left other modes.
        hidden.input_modes |= InputModes::ICRNL;
        hidden.local_modes |= LocalModes::ICANON | LocalModes::ISIG | LocalModes::ECHONL;
        hidden.local_modes -= LocalModes::ECHO;
        Ok(Self { terminal: terminal.try_clone()?, before, hidden })
    }

    pub(crate) fn hide(&self) -> io::Result<()> {
        self.set(&self.hidden)
    }

    pub(crate) fn show(&self) -> io::Result<()> {
        self.set(&self.before)
    }

    /// Text that was typed before is dropped, because the terminal has shown it.
    fn set(&self, modes: &rustix::termios::Termios) -> io::Result<()> {
        use rustix::termios::{OptionalActions, tcsetattr};
        Ok(tcsetattr(&self.terminal, OptionalActions::Flush, modes)?)
    }
}
