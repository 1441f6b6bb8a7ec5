#!/bin/sh
# Builds the task as a static program for AWS Lambda (x86_64) and zips it. Arguments are passed to cargo.
set -eu
cd "$(dirname "$0")"
target=x86_64-unknown-linux-musl
if command -v rustup >/dev/null; then rustup --quiet target add "$target"; fi
# Without a C compiler for musl, the system's compiles the few C files of TLS.
command -v musl-gcc >/dev/null || export CC_x86_64_unknown_linux_musl="${CC_x86_64_unknown_linux_musl:-cc -U_FORTIFY_SOURCE}"
cargo build --profile static --target "$target" "$@"
cargo run --quiet --example zip "$@" -- "target/$target/static/hello"
