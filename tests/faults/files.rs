//! Files and standard input of every kind and size.

use std::{
    fs::{self, File, Permissions},
    io::Write as _,
    os::unix::{
        fs::{PermissionsExt as _, symlink},
        process::CommandExt as _,
    },
    path::Path,
    process::Command,
};

use crate::{
    input::{OK, fifo, sparse},
    row::{Row, row},
    run,
    server::Server::{Closed, Plain},
};

const WITH_FILE: &[&str] = &["me", "--credentials", "{folder}/c"];
/// The only place where the token's secret may be then.
const NO_SECRET: &[(&str, &str)] = &[("API_OAUTH_TOKEN_SECRET", "")];

/// Runs it as the user nobody, who may enter the folder.
fn as_nobody(command: &mut Command, folder: &Path) {
    fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
    if rustix::process::geteuid().is_root() {
        command.uid(65534);
    }
}

/// Sets standard input that never ends.
fn endless_input(command: &mut Command, _: &Path) {
    command.stdin(File::open("/dev/zero").unwrap());
}

const ROWS: &[Row] = &[
    // The credentials file.
    row("no file", Closed, 2, &["no such file"]).run(WITH_FILE),
    row("a directory", Closed, 2, &["regular file"])
        .run(WITH_FILE)
        .prepared(|folder| fs::create_dir(folder.join("c")).unwrap()),
    row("a pipe that nobody writes into", Closed, 2, &["regular file"])
        .run(WITH_FILE)
        .prepared(|folder| fifo(&folder.join("c")))
        .within(1.0),
    row("a device", Closed, 2, &["regular file"]).run(&["me", "--credentials", "/dev/zero"]),
    row("a symbolic link", Plain(OK), 0, &[]).run(WITH_FILE).with(NO_SECRET).prepared(|folder| {
        fs::write(folder.join("there"), "API_OAUTH_TOKEN_SECRET=w3bRzL9tokenVn6\n").unwrap();
        symlink("there", folder.join("c")).unwrap();
    }),
    row("a symbolic link to nothing", Closed, 2, &["no such file"])
        .run(WITH_FILE)
        .prepared(|folder| symlink("none", folder.join("c")).unwrap()),
    row("a symbolic link to itself", Closed, 2, &["cannot be read"])
        .run(WITH_FILE)
        .prepared(|folder| symlink("c", folder.join("c")).unwrap()),
    row("a file that may not be read", Closed, 2, &["cannot be read", "permission denied"])
        .run(WITH_FILE)
        .prepared(|folder| {
            fs::write(folder.join("c"), "").unwrap();
            fs::set_permissions(folder.join("c"), Permissions::from_mode(0o0)).unwrap();
        })
        .altered(as_nobody),
    row("a file of 1 GiB", Closed, 2, &["larger than 1 MiB"])
        .run(WITH_FILE)
        .prepared(|folder| sparse(&folder.join("c"), 1)),
    row("a file of 1 MiB in one value", Plain(OK), 0, &[]).run(WITH_FILE).with(NO_SECRET).prepared(|folder| {
        let secret = "w3bRzL9tokenVn6".repeat((1 << 20) / 15 - 2);
        fs::write(folder.join("c"), format!("API_OAUTH_TOKEN_SECRET={secret}\n")).unwrap();
    }),
    row("a binary file", Closed, 2, &["line 1 is not UTF-8"])
        .run(WITH_FILE)
        .prepared(|folder| {
            assert!(fs::copy(env!("CARGO_BIN_EXE_exh-oauth1"), folder.join("c")).is_ok());
        })
        .altered(|_, folder| {
            // A program file is larger than the limit for credentials files.
            let file = File::options().write(true).open(folder.join("c")).unwrap();
            file.set_len(4096).unwrap();
        }),
    row(
        "two lines whose newline is lost, so that a secret would be sent as a key",
        Closed,
        2,
        &["API_OAUTH_CONSUMER_KEY", "newline missing"],
    )
    .run(WITH_FILE)
    .with(&[("API_OAUTH_CONSUMER_KEY", "")])
    .files(&[("c", b"API_OAUTH_CONSUMER_KEY=keyAPI_OAUTH_CONSUMER_SECRET=q7fUmJ2consumerXk4\n")]),
    row("a file of zeros", Closed, 2, &["line 1"])
        .run(WITH_FILE)
        .prepared(|folder| fs::write(folder.join("c"), [0; 4096]).unwrap()),
    row("a file of a line of our secret", Closed, 2, &["line 1 is not of the form"])
        .run(WITH_FILE)
        .prepared(|folder| fs::write(folder.join("c"), "w3bRzL9tokenVn6\n").unwrap()),
    row("NUL in a file's value", Closed, 2, &["API_OAUTH_TOKEN_SECRET", "control character"])
        .run(WITH_FILE)
        .with(NO_SECRET)
        .prepared(|folder| {
            fs::write(folder.join("c"), "API_OAUTH_TOKEN_SECRET=w3bRzL9tokenVn6\0x\n").unwrap();
        }),
    row("the usual file is a pipe", Closed, 2, &["regular file"])
        .with(NO_SECRET)
        .prepared(|folder| {
            fs::create_dir(folder.join(".exh")).unwrap();
            fifo(&folder.join(".exh/credentials"));
        })
        .within(1.0),
    // Other files.
    row("a key that never ends", Closed, 2, &["/dev/zero"]).run(&[
        "sign",
        "GET",
        "http://x/",
        "--rsa-key",
        "/dev/zero",
    ]),
    row("a key that is a directory", Closed, 2, &["directory"]).run(&[
        "sign",
        "GET",
        "http://x/",
        "--rsa-key",
        "{folder}",
    ]),
    row("a key of 1 GiB", Closed, 2, &["key"])
        .run(&["sign", "GET", "http://x/", "--rsa-key", "{folder}/key"])
        .prepared(|folder| sparse(&folder.join("key"), 1)),
    row("a key that is not UTF-8", Closed, 2, &["UTF-8"])
        .run(&["sign", "GET", "http://x/", "--rsa-key", "{folder}/key"])
        .files(&[("key", b"\xff\x1b[2J")]),
    row("a header that never ends", Closed, 2, &["larger than 256 KiB"])
        .run(&["explain", "--http", "/dev/zero"])
        .within(30.0),
    row("other secrets that never end", Closed, 2, &["error: "])
        .run(&["explain", "GET", "http://x/", "--authorization", "x", "--also-try", "/dev/zero"])
        .within(30.0),
    row("a body that never ends", Closed, 2, &["/dev/zero", "regular file"]).run(&["post", "/x", "-d", "@/dev/zero"]),
    row("a body from a pipe that nobody writes into", Closed, 2, &["regular file"])
        .run(&["post", "/x", "-d", "@{folder}/p"])
        .prepared(|folder| fifo(&folder.join("p")))
        .within(1.0),
    row("a part that never ends", Closed, 2, &["/dev/zero", "regular file"]).run(&["post", "/x", "-F", "a=@/dev/zero"]),
    row("a part that is a directory", Closed, 2, &["regular file"]).run(&["post", "/x", "-F", "a=@{folder}"]),
    row("standard input that never ends", Closed, 2, &["longer than 64 MiB", "-d @FILE"])
        .run(&["post", "/x", "-d", "-"])
        .altered(endless_input)
        .with_body()
        .within(30.0),
    row("63 MiB from standard input", Plain(OK), 0, &[])
        .run(&["post", "/x", "-d", "-"])
        .altered(|command, folder| {
            sparse(&folder.join("body"), 1);
            let file = File::options().read(true).write(true).open(folder.join("body")).unwrap();
            file.set_len(63 << 20).unwrap();
            command.stdin(file);
        })
        .with_body()
        .within(30.0),
    row("a header from standard input that never ends", Closed, 2, &["error: "])
        .run(&["explain", "GET", "http://x/", "--authorization", "-"])
        .altered(endless_input)
        .within(30.0),
    row("an output that is a pipe from which nobody reads", Closed, 1, &["cannot write"])
        .run(&["get", "/x", "-o", "{folder}/p"])
        .prepared(|folder| fifo(&folder.join("p")))
        .within(1.0),
    row("a form in a pipe that nobody writes into", Closed, 2, &["regular file"])
        .run(&["post", "/x", "-d", "@{folder}/p", "--content-type", "application/x-www-form-urlencoded"])
        .prepared(|folder| fifo(&folder.join("p")))
        .within(1.0),
    row("an event in a pipe that nobody writes into", Closed, 2, &["regular file"])
        .run(&["task", "--event", "{folder}/p"])
        .prepared(|folder| fifo(&folder.join("p")))
        .within(1.0),
    row("a key in a pipe that nobody writes into", Closed, 2, &["PEM"])
        .run(&["sign", "GET", "http://x/", "--rsa-key", "{folder}/p"])
        .prepared(|folder| fifo(&folder.join("p")))
        .within(1.0),
    row("a key in a pipe", Closed, 2, &["/dev/fd/0", "not in PEM form"])
        .run(&["sign", "GET", "http://x/", "--rsa-key", "/dev/fd/0"])
        .altered(|command, _| {
            let (reader, mut writer) = std::io::pipe().unwrap();
            writer.write_all(b"no key").unwrap();
            command.stdin(reader);
        }),
    row("a curl command in a pipe that nobody writes into", Closed, 2, &["the input"])
        .run(&["explain", "--curl", "{folder}/p"])
        .prepared(|folder| fifo(&folder.join("p")))
        .within(1.0),
    row("a request in a pipe that nobody writes into", Closed, 2, &["the input"])
        .run(&["explain", "--http", "{folder}/p"])
        .prepared(|folder| fifo(&folder.join("p")))
        .within(1.0),
    row("an output that is a directory", Closed, 1, &["cannot write"]).run(&["get", "/x", "-o", "{folder}"]),
];

#[test]
fn rows() {
    run::check(ROWS);
}
