//! Cleans up when the program is interrupted: removes incomplete files, and shows typed characters on the terminal
//! again.
//!
//! The program then ends by the signal, as if it had not been caught. SIGKILL cannot be caught, so the new file next to
//! the one that was to be replaced stays. If it has secrets, only its owner can read it.

use std::{
    io,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

static UNFINISHED: Mutex<Unfinished> = Mutex::new(Unfinished {
    files: Vec::new(),
    #[cfg(unix)]
    terminal: None,
    warning: None,
    is_watched: false,
});

/// What must be cleaned up.
pub(crate) struct Unfinished {
    pub(crate) files: Vec<PathBuf>,
    #[cfg(unix)]
    pub(crate) terminal: Option<crate::input::hidden::HiddenTerminal>,
    /// A message about what cannot be cleaned up here.
    pub(crate) warning: Option<&'static str>,
    is_watched: bool,
}

/// Locks the list. An interruption waits until it is released.
pub(crate) fn unfinished() -> MutexGuard<'static, Unfinished> {
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts to watch for interruptions, once.
pub(crate) fn watch() -> io::Result<()> {
    let mut unfinished = unfinished();
    if !unfinished.is_watched {
        #[cfg(unix)]
        signals::watch()?;
        unfinished.is_watched = true;
    }
    Ok(())
}

#[cfg(unix)]
impl Unfinished {
    fn clean_up(&mut self) {
        for file in self.files.drain(..) {
            let _ = std::fs::remove_file(file);
        }
        if let Some(terminal) = self.terminal.take() {
            let _ = terminal.show();
        }
        if let Some(warning) = self.warning.take() {
            crate::output::stderr::note(warning);
        }
    }
}

#[cfg(unix)]
mod signals {
    use std::{
        fs, io, process,
        sync::{Arc, atomic::AtomicBool},
        thread,
    };

    use signal_hook::{
        consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGXFSZ},
        flag,
        iterator::Signals,
        low_level,
    };

    pub(super) fn watch() -> io::Result<()> {
        // At the size limit of files, writing fails with an error instead of killing the program.
        flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)))?;
        let ignored = ignored();
        let caught = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT];
        let caught = caught.into_iter().filter(|signal| ignored >> (signal - 1) & 1 == 0);
        let mut signals = Signals::new(caught)?;
        thread::Builder::new().spawn(move || {
            for signal in signals.forever() {
                let mut unfinished = super::unfinished();
                if signal == SIGCONT {
                    // The shell has shown what is typed while the program was stopped.
                    if let Some(terminal) = &unfinished.terminal {
                        let _ = terminal.hide();
                    }
                    continue;
                }
                unfinished.clean_up();
                // The first process of a container has no default: the system would drop the signal.
                if process::id() == 1 {
                    process::exit(128 + signal);
                }
                let _ = low_level::emulate_default_handler(signal);
            }
        })?;
        Ok(())
    }

    /// The signals that were ignored when the program started, as with `nohup`, as a set of bits. They stay ignored.
    fn ignored() -> u64 {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let bits = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap_or_default();
        u64::from_str_radix(bits.trim(), 16).unwrap_or_default()
    }
}
