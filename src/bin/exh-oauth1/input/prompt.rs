//! Questions on the terminal, and secrets from the terminal or standard input.

use std::{
    fs::File,
    io::{self, Read, Write as _},
};

use zeroize::Zeroizing;

#[cfg(unix)]
use super::hidden::HiddenTerminal;
use crate::{failure::Failure, interrupt};

/// The maximum length of a line in bytes.
const LIMIT: usize = 4096;

/// The terminal that the program was started on, even if standard input and output are redirected.
pub(crate) struct Terminal(File);

impl Terminal {
    /// Opens the terminal, if there is one.
    pub(crate) fn open() -> io::Result<Self> {
        interrupt::watch()?;
        let path = if cfg!(windows) { "CON" } else { "/dev/tty" };
        File::options().read(true).write(true).open(path).map(Self)
    }

    /// Asks for a line.
    pub(crate) fn ask(&mut self, question: &str) -> Result<Zeroizing<String>, Failure> {
        self.say(question).map_err(cannot)?;
        line(&mut self.0, question)
    }

    /// Asks for a line that is not shown while it is typed.
    pub(crate) fn ask_hidden(&mut self, question: &str) -> Result<Zeroizing<String>, Failure> {
        let _hidden = HidingGuard::begin(&self.0).map_err(cannot)?;
        self.say(question).map_err(cannot)?;
        line(&mut self.0, question)
    }

    /// Writes a line.
    pub(crate) fn tell(&mut self, text: &str) -> Result<(), Failure> {
        writeln!(self.0, "{text}").map_err(cannot)
    }

    fn say(&mut self, question: &str) -> io::Result<()> {
        write!(self.0, "{question}: ")?;
        self.0.flush()
    }
}

fn cannot(error: io::Error) -> Failure {
    Failure::unavailable(format_args!("cannot ask on the terminal: {error}"))
}

/// Reads a line without its end. It reads no byte of the next line.
pub(crate) fn line(reader: &mut impl Read, what: &str) -> Result<Zeroizing<String>, Failure> {
    let rejected = |fault: &str| Failure::usage(format_args!("{what}: {fault}"));
    // A vector that grows would leave copies of secrets in memory.
    let mut text = Zeroizing::new(Vec::with_capacity(LIMIT));
    let mut byte = Zeroizing::new([0]);
    loop {
        match reader.read(byte.as_mut_slice()) {
            Ok(0) if text.is_empty() => return Err(rejected("it is empty")),
            Ok(0) => break,
            Ok(_) if *byte == *b"\n" => break,
            Ok(_) if text.len() == LIMIT => return Err(rejected("longer than 4096 bytes")),
            Ok(_) => text.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(rejected(&format!("cannot be read: {error}"))),
        }
    }
    if text.last() == Some(&b'\r') {
        text.pop();
    }
    match std::str::from_utf8(&text) {
        Ok("") => Err(rejected("it is empty")),
        Ok(text) => Ok(Zeroizing::new(text.to_owned())),
        Err(_) => Err(rejected("not UTF-8 text")),
    }
}

/// Standard input without a buffer: a buffer would keep copies of secrets.
pub(crate) fn standard_input() -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd as _;
        Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
    }
    #[cfg(windows)]
    {
        use std::os::windows::io::AsHandle as _;
        Ok(io::stdin().as_handle().try_clone_to_owned()?.into())
    }
}

/// Hides what is typed, until it is dropped.
struct HidingGuard;

impl HidingGuard {
    #[cfg(unix)]
    fn begin(terminal: &File) -> io::Result<Self> {
        let mut unfinished = interrupt::unfinished();
        let hidden = HiddenTerminal::new(terminal)?;
        hidden.hide()?;
        unfinished.terminal = Some(hidden);
        Ok(Self)
    }

    #[cfg(not(unix))]
    fn begin(_: &File) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

impl Drop for HidingGuard {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(hidden) = interrupt::unfinished().terminal.take() {
            let _ = hidden.show();
        }
    }
}
