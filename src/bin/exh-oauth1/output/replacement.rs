//! A file's new content, written beside it until it is complete: the file is the old one or the new one, never a part.

use std::{
    fs::{self, File, Metadata},
    io::{self, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use tempfile::TempPath;

use crate::interrupt;

/// The file that takes another's place; it is gone where it does not come to that.
pub(crate) struct Replacement {
    file: File,
    path: Unfinished,
    target: PathBuf,
}

/// Who may read a file that is new.
#[derive(Clone, Copy)]
pub(crate) enum Access {
    /// Its owner, also where others could read the one before.
    Owner,
    /// Who could read the one before, or else whoever new files are for.
    Usual,
}

impl Replacement {
    /// Begins one. A link stays one: what it points to is replaced.
    pub(crate) fn begin(path: &Path, access: Access) -> io::Result<Self> {
        interrupt::watch()?;
        let target = resolve(path)?;
        let before = match fs::metadata(&target) {
            Ok(metadata) => Some(metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        // Found out now, and not when all is there.
        if is_mounted(&target) {
            return Err(io::Error::new(
                io::ErrorKind::ResourceBusy,
                "it is mounted by itself, and so cannot be replaced; mount its folder instead",
            ));
        }
        let folder = target
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".exh-oauth1-");
        set_mode(&mut builder, access);
        // An interruption in between would not know of the file.
        let mut unfinished = interrupt::unfinished();
        let (file, path) = builder.tempfile_in(folder)?.into_parts();
        unfinished.files.push(path.to_path_buf());
        drop(unfinished);
        let replacement = Self {
            file,
            path: Unfinished(Some(path)),
            target,
        };
        if let Some(before) = before {
            keep(&replacement.file, &before, access)?;
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

    /// Takes room for so many bytes on the disk, so that it is not full later.
    pub(crate) fn reserve(&mut self, length: usize) -> io::Result<()> {
        self.file.write_all(&vec![b'\n'; length])?;
        self.file.sync_all()?;
        self.file.rewind()
    }

    /// Puts the new file into the place of the old one, when all of it is on the disk.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        let length = self.file.stream_position()?;
        self.file.set_len(length)?;
        self.file.sync_all()?;
        self.path.persist(&self.target)?;
        // The name is on the disk when the folder is; not every file system can be asked for that.
        if let Some(folder) = self.target.parent() {
            let _ = File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }
}

/// A file that an interruption removes.
struct Unfinished(Option<TempPath>);

impl Unfinished {
    fn persist(&mut self, target: &Path) -> io::Result<()> {
        let mut unfinished = interrupt::unfinished();
        let Some(path) = self.0.take() else {
            return Ok(());
        };
        unfinished.files.retain(|file| *file != *path);
        path.persist(target).map_err(|error| error.error)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            let mut unfinished = interrupt::unfinished();
            unfinished.files.retain(|file| *file != *path);
            drop(path);
        }
    }
}

/// The file behind links, which need not be there.
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

/// Whether a file is a mount of its own, as containers have them; false where the system does not tell.
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

#[cfg(unix)]
fn set_mode(builder: &mut tempfile::Builder<'_, '_>, access: Access) {
    use std::os::unix::fs::PermissionsExt as _;
    // The process's own mask is taken off.
    let mode = match access {
        Access::Owner => 0o600,
        Access::Usual => 0o666,
    };
    builder.permissions(fs::Permissions::from_mode(mode));
}

/// Keeps owner, group and rights of the file before, so that whoever had it still has it.
#[cfg(unix)]
fn keep(file: &File, before: &Metadata, access: Access) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let now = file.metadata()?;
    let owner = (now.uid() != before.uid()).then(|| before.uid());
    let kept = match owner {
        Some(_) => fchown(file, owner, None),
        None => Ok(()),
    };
    match access {
        // Its owner alone could read it afterwards.
        Access::Owner => kept,
        Access::Usual => {
            if now.gid() != before.gid() {
                let _ = fchown(file, None, Some(before.gid()));
            }
            let mode = before.permissions().mode() & 0o777;
            file.set_permissions(fs::Permissions::from_mode(mode))
        }
    }
}

#[cfg(not(unix))]
fn set_mode(_: &mut tempfile::Builder<'_, '_>, _: Access) {}

#[cfg(not(unix))]
fn keep(_: &File, _: &Metadata, _: Access) -> io::Result<()> {
    Ok(())
}
