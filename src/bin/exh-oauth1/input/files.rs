//! Files that are named on the command line: opened without waiting, and read up to a limit.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _},
    path::Path,
};

use zeroize::Zeroizing;

/// Opens a file of any kind. A named pipe must be open at its other end; reads and writes then wait for that.
pub(crate) fn open(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
        use std::os::unix::fs::OpenOptionsExt as _;
        let unblocked = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
        let file = options.custom_flags(unblocked).open(path)?;
        fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
        Ok(file)
    }
    #[cfg(not(unix))]
    options.open(path)
}

/// Reads a file, or standard input for `-`, of at most `limit` bytes. The content may be a secret, so no copy is left
/// in memory.
pub(crate) fn read(path: &Path, limit: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut content = Zeroizing::new(Vec::with_capacity(limit + 1));
    let most = limit as u64 + 1;
    if path == Path::new("-") {
        io::stdin().take(most).read_to_end(&mut content)?;
    } else {
        let file = open(OpenOptions::new().read(true), path)?;
        file.take(most).read_to_end(&mut content)?;
    }
    if content.len() > limit {
        let message = format!("larger than {} KiB", limit >> 10);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(content)
}
