//! A terminal that does not show what is typed.

use std::{fs::File, io};

/// A terminal that does not show what is typed, and how it was before.
pub(crate) struct Hidden {
    terminal: File,
    before: rustix::termios::Termios,
    hidden: rustix::termios::Termios,
}

impl Hidden {
    pub(super) fn new(terminal: &File) -> io::Result<Self> {
        use rustix::termios::{InputModes, LocalModes, tcgetattr};
        let before = tcgetattr(terminal)?;
        let mut hidden = before.clone();
        // Whole lines, with keys for deleting and interrupting, whatever it was used for before.
        hidden.input_modes |= InputModes::ICRNL;
        hidden.local_modes |= LocalModes::ICANON | LocalModes::ISIG | LocalModes::ECHONL;
        hidden.local_modes -= LocalModes::ECHO;
        Ok(Self {
            terminal: terminal.try_clone()?,
            before,
            hidden,
        })
    }

    pub(crate) fn hide(&self) -> io::Result<()> {
        self.set(&self.hidden)
    }

    pub(crate) fn show(&self) -> io::Result<()> {
        self.set(&self.before)
    }

    /// What was typed too early is thrown away: it was shown.
    fn set(&self, modes: &rustix::termios::Termios) -> io::Result<()> {
        use rustix::termios::{OptionalActions, tcsetattr};
        Ok(tcsetattr(&self.terminal, OptionalActions::Flush, modes)?)
    }
}
