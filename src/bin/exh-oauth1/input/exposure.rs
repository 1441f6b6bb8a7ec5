//! Who else can read, change or replace a file that has secrets.

use std::{
    fmt,
    path::{Path, PathBuf},
};

/// A way in which other users can get at a file that has secrets. `Display` completes a sentence that begins with its
/// path.
#[derive(Debug, Eq, PartialEq)]
#[cfg_attr(not(unix), expect(dead_code, reason = "owners and permissions are read on Unix only"))]
pub(crate) enum Exposure {
    /// Other users can read the file, by its permissions.
    Readable { mode: u32 },
    /// Other users can change the file, by its permissions.
    Writable { mode: u32 },
    /// Another user owns the file.
    Owner { user: u32 },
    /// Another user owns a folder on the way to the file, and so can replace the file.
    FolderOwner { folder: PathBuf, user: u32 },
    /// Other users can replace entries of a folder on the way to the file, by its permissions.
    FolderPermissions { folder: PathBuf, mode: u32 },
}

impl Exposure {
    /// Whether another user can choose the file's content, such as the host that gets a password.
    pub(crate) fn is_replaceable(&self) -> bool {
        !matches!(self, Self::Readable { .. })
    }

    /// The file's permissions, if they are the fault.
    pub(crate) fn file_mode(&self) -> Option<u32> {
        match self {
            Self::Readable { mode } | Self::Writable { mode } => Some(*mode),
            _ => None,
        }
    }

    /// What to do about it.
    pub(crate) fn fix(&self, path: &Path) -> String {
        match self {
            Self::Readable { .. } | Self::Writable { .. } => {
                format!("chmod 600 {}", path.display())
            }
            Self::FolderPermissions { folder, .. } => format!("chmod go-w {}", folder.display()),
            Self::Owner { .. } | Self::FolderOwner { .. } => {
                "use a file that you own, in a folder that you own".to_owned()
            }
        }
    }
}

impl fmt::Display for Exposure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Readable { mode } => write!(formatter, "is open to others (mode {mode:04o})"),
            Self::Writable { mode } => {
                write!(formatter, "can be changed by others (mode {mode:04o})")
            }
            Self::Owner { user } => write!(formatter, "belongs to another user (uid {user})"),
            Self::FolderOwner { folder, user } => write!(
                formatter,
                "can be replaced by another user (uid {user}), who owns the folder {}",
                folder.display()
            ),
            Self::FolderPermissions { folder, mode } => write!(
                formatter,
                "can be replaced by others, who can write to the folder {} (mode {mode:04o})",
                folder.display()
            ),
        }
    }
}

/// All ways in which other users can get at a file, which need not exist. Empty on systems without such permissions.
pub(crate) fn exposures(path: &Path) -> Vec<Exposure> {
    #[cfg(unix)]
    return unix::exposures(path);
    #[cfg(not(unix))]
    {
        let _ = path;
        Vec::new()
    }
}

#[cfg(unix)]
mod unix {
    use std::{
        fs::{self, Metadata},
        os::unix::fs::MetadataExt as _,
        path::{self, Component, Path, PathBuf},
    };

    use rustix::process::{getegid, geteuid};

    use super::Exposure;

    /// The most symbolic links on the way to a file, as in Linux.
    const MOST_LINKS: usize = 40;

    /// Goes from the root to the file, through symbolic links, and checks each folder on the way.
    pub(super) fn exposures(path: &Path) -> Vec<Exposure> {
        let mut found = Vec::new();
        let mut folder = PathBuf::from("/");
        let mut links = 0;
        let mut rest = path::absolute(path).map_or_else(|_| Vec::new(), |path| reversed(&path));
        while let Some(name) = rest.pop() {
            if name == Path::new("..") {
                folder.pop();
                continue;
            }
            let next = folder.join(name);
            let metadata = fs::symlink_metadata(&next).ok();
            if let Some(exposure) = of_folder(&folder, metadata.as_ref())
                && !found.contains(&exposure)
            {
                found.push(exposure);
            }
            match metadata {
                // What does not exist yet is created by this program.
                None => break,
                Some(metadata) if metadata.is_symlink() && links < MOST_LINKS => {
                    links += 1;
                    let Ok(target) = fs::read_link(&next) else {
                        break;
                    };
                    if target.is_absolute() {
                        folder = PathBuf::from("/");
                    }
                    rest.extend(reversed(&target));
                }
                Some(metadata) if metadata.is_file() && rest.is_empty() => {
                    found.extend(of_file(&metadata));
                }
                Some(_) => folder = next,
            }
        }
        found
    }

    /// The names in a path, the last one first.
    fn reversed(path: &Path) -> Vec<PathBuf> {
        let names = path.components().filter_map(|component| match component {
            Component::Normal(name) => Some(name.into()),
            Component::ParentDir => Some("..".into()),
            _ => None,
        });
        let mut names: Vec<PathBuf> = names.collect();
        names.reverse();
        names
    }

    fn is_trusted(user: u32) -> bool {
        user == 0 || user == geteuid().as_raw()
    }

    /// In a user namespace, the folders of the real root have an owner without a number here.
    fn is_trusted_folder(user: u32) -> bool {
        is_trusted(user) || is_unmapped(user)
    }

    /// Whether other users can replace one entry of a folder.
    fn of_folder(folder: &Path, entry: Option<&Metadata>) -> Option<Exposure> {
        let metadata = fs::symlink_metadata(folder).ok()?;
        let (user, mode) = (metadata.uid(), metadata.mode());
        if !is_trusted_folder(user) {
            let folder = folder.to_owned();
            return Some(Exposure::FolderOwner { folder, user });
        }
        // In a sticky folder, entries can be replaced by their owners only.
        let is_sticky = mode & 0o1000 != 0;
        let is_own = |entry: &Metadata| is_trusted(entry.uid()) || entry.is_dir() && is_trusted_folder(entry.uid());
        let is_safe = is_sticky && entry.is_none_or(is_own);
        (is_writable(&metadata) && !is_safe)
            .then(|| Exposure::FolderPermissions { folder: folder.to_owned(), mode: mode & 0o7777 })
    }

    /// Whether others than the owner can write to a file or folder.
    fn is_writable(metadata: &Metadata) -> bool {
        let group = metadata.gid();
        // By convention, the group with the user's own number has no other members.
        let is_own_group = group == getegid().as_raw() && group == geteuid().as_raw();
        let others = if is_own_group { 0o002 } else { 0o022 };
        metadata.mode() & others != 0
    }

    fn of_file(metadata: &Metadata) -> impl Iterator<Item = Exposure> {
        let (user, mode) = (metadata.uid(), metadata.mode() & 0o777);
        let owner = (!is_trusted(user)).then_some(Exposure::Owner { user });
        // Kubernetes mounts a secret with mode 0440 for a user that does not own it.
        let others = if mode & 0o222 == 0 { 0o007 } else { 0o077 };
        let permissions = if is_writable(metadata) {
            Some(Exposure::Writable { mode })
        } else {
            (mode & others != 0).then_some(Exposure::Readable { mode })
        };
        owner.into_iter().chain(permissions)
    }

    /// Whether this is the number of all users that have none in this user namespace.
    fn is_unmapped(user: u32) -> bool {
        const OVERFLOW: u32 = 65534;
        let map = fs::read_to_string("/proc/self/uid_map").unwrap_or_default();
        let is_mapped = |line: &str| {
            let mut numbers = line.split_whitespace().map(str::parse::<u32>);
            let (Some(Ok(first)), Some(Ok(_)), Some(Ok(count))) = (numbers.next(), numbers.next(), numbers.next())
            else {
                return true;
            };
            (first..=first.saturating_add(count - 1)).contains(&OVERFLOW)
        };
        user == OVERFLOW && !map.is_empty() && !map.lines().any(is_mapped)
    }
}
