//! Replacing a file: its new content is written to another file, which takes its place when it is complete.

use std::{
    fs::{self, File, Metadata},
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
};
#[cfg(unix)]
use std::{
    thread,
    time::{Duration, Instant},
};

use tempfile::TempPath;

use crate::interrupt;

/// The name of the new file for one that has secrets. It is always the same, so that killed runs leave one such file at
/// most.
const NEW_SECRET_FILE: &str = ".exh-oauth1-new";

/// How long another run may take to change a file with secrets in the same folder.
#[cfg(unix)]
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);

/// A new file that takes the place of another one. It is removed if it is dropped before.
pub(crate) struct Replacement {
    file: File,
    path: UnfinishedFile,
    target: PathBuf,
    /// Released last.
    _lock: Option<File>,
}

/// What kind of file is replaced.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) enum Content {
    /// Secrets: the new file is for the process's user alone. Other runs wait while this one reads and replaces the
    /// file.
    Secret,
    /// Anything else: the new file has the permissions of the old one, if the process's user owns that.
    Other,
}

impl Replacement {
    /// Creates the new file. If `path` is a symbolic link, the file that it leads to is replaced.
    pub(crate) fn begin(path: &Path, content: Content) -> io::Result<Self> {
        interrupt::watch()?;
        let target = resolve(path)?;
        let before = match fs::metadata(&target) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if is_mounted(&target) {
            return Err(io::Error::new(
                io::ErrorKind::ResourceBusy,
                "the file is mounted itself and cannot be replaced; mount its folder instead",
            ));
        }
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let lock = match content {
            Content::Secret => lock(folder)?,
            Content::Other => None,
        };
        // An interruption waits until it knows of the new file.
        let mut unfinished = interrupt::unfinished();
        let (file, path) = match lock {
            Some(_) => create_secret(folder)?,
            None => create_unique(folder, content)?,
        };
        unfinished.files.push(path.to_path_buf());
        drop(unfinished);
        let replacement = Self { file, path: UnfinishedFile(Some(path)), target, _lock: lock };
        if let (Content::Other, Some(before)) = (content, before) {
            keep_permissions(&replacement.file, &before)?;
        }
        Ok(replacement)
    }

    pub(crate) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// The file that is replaced.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// Writes `length` bytes, to find out now whether the disk has room for them.
    pub(crate) fn reserve(&mut self, length: usize) -> io::Result<()> {
        self.file.write_all(&vec![b'\n'; length])?;
        self.file.sync_all()?;
        self.file.rewind()
    }

    /// Replaces the old file by the new one, once that is on the disk.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        let length = self.file.stream_position()?;
        self.file.set_len(length)?;
        self.file.sync_all()?;
        self.path.persist(&self.target)?;
        // The name is on the disk when the folder is. Not every file system can sync a folder.
        if let Some(folder) = self.target.parent() {
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }
}

/// A file that an interruption removes.
struct UnfinishedFile(Option<TempPath>);

impl UnfinishedFile {
    fn persist(&mut self, target: &Path) -> io::Result<()> {
        let mut unfinished = interrupt::unfinished();
        let Some(path) = self.0.take() else {
            return Ok(());
        };
        unfinished.files.retain(|file| *file != *path);
        path.persist(target).map_err(|error| error.error)
    }
}

impl Drop for UnfinishedFile {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            let mut unfinished = interrupt::unfinished();
            unfinished.files.retain(|file| *file != *path);
            drop(path);
        }
    }
}

/// The file that symbolic links lead to, which need not exist.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Ok(target) => Ok(target),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(path) {
            Ok(target) => resolve(&path.parent().unwrap_or(Path::new("")).join(target)),
            Err(_) => Ok(path.to_owned()),
        },
        Err(error) => Err(error),
    }
}

/// Whether a file is mounted itself, as in containers. `false` if the system does not say.
fn is_mounted(path: &Path) -> bool {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
        statx(CWD, path, AtFlags::empty(), StatxFlags::empty())
            .is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = path;
        false
    }
}

/// Waits until no other run changes a file with secrets in this folder. `None` if the file system has no locks.
#[cfg(unix)]
fn lock(folder: &Path) -> io::Result<Option<File>> {
    use rustix::{
        fs::{FlockOperation, flock},
        io::Errno,
    };
    let file = File::open(folder)?;
    let end = Instant::now() + LOCK_TIMEOUT;
    loop {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(Some(file)),
            Err(Errno::WOULDBLOCK | Errno::INTR) if Instant::now() < end => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(Errno::WOULDBLOCK) => {
                let message = format!("another program has locked {}", folder.display());
                return Err(io::Error::new(io::ErrorKind::ResourceBusy, message));
            }
            // Network file systems may not lock folders.
            Err(_) => return Ok(None),
        }
    }
}

#[cfg(not(unix))]
fn lock(_: &Path) -> io::Result<Option<File>> {
    Ok(None)
}

/// Creates the new file for one that has secrets. The caller holds the lock.
fn create_secret(folder: &Path) -> io::Result<(File, TempPath)> {
    let path = folder.join(NEW_SECRET_FILE);
    // A run that was killed may have left one.
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok((options.open(&path)?, TempPath::try_from_path(path)?))
}

/// Creates a new file under a name that no other run uses.
fn create_unique(folder: &Path, content: Content) -> io::Result<(File, TempPath)> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".exh-oauth1-");
    #[cfg(unix)]
    if content == Content::Other {
        // The process's umask still applies.
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    }
    #[cfg(not(unix))]
    let _ = content;
    Ok(builder.tempfile_in(folder)?.into_parts())
}

/// Gives a new file the group and permissions of the old one, unless another user chose them.
#[cfg(unix)]
fn keep_permissions(file: &File, before: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let now = file.metadata()?;
    if now.uid() != before.uid() {
        return Ok(());
    }
    if now.gid() != before.gid() {
        let _ = fchown(file, None, Some(before.gid()));
    }
    let mode = before.permissions().mode() & 0o777;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn keep_permissions(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}
