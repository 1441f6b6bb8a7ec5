//! The version, the features and the target of this program.

use std::{env::consts, sync::LazyLock};

/// The features of this build, in alphabetical order.
pub(crate) fn features() -> Vec<&'static str> {
    let features = [
        ("client", cfg!(feature = "client")),
        ("explain", cfg!(feature = "explain")),
        ("http", cfg!(feature = "http")),
        ("packaging", cfg!(feature = "packaging")),
        ("rsa", cfg!(feature = "rsa")),
        ("sandbox", cfg!(feature = "sandbox")),
        ("sha2", cfg!(feature = "sha2")),
        ("std", cfg!(feature = "std")),
        ("task", cfg!(feature = "task")),
    ];
    let present = features.into_iter().filter(|(_, is_present)| *is_present);
    present.map(|(name, _)| name).collect()
}

/// The target of this build.
pub(crate) fn target() -> String {
    let environment = [
        (cfg!(target_env = "gnu"), "-gnu"),
        (cfg!(target_env = "musl"), "-musl"),
        (cfg!(target_env = "msvc"), "-msvc"),
    ];
    let environment = environment.iter().find(|(is_it, _)| *is_it);
    let linked = if cfg!(target_feature = "crt-static") { ", static" } else { "" };
    let environment = environment.map_or("", |(_, name)| name);
    format!("{}-{}{environment}{linked}", consts::ARCH, consts::OS)
}

/// All of it in one line.
pub(crate) fn text() -> &'static str {
    static TEXT: LazyLock<String> =
        LazyLock::new(|| format!("{} (features: {}; {})", env!("CARGO_PKG_VERSION"), features().join(", "), target()));
    &TEXT
}
