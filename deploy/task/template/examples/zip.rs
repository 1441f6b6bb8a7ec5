//! Puts the program into `package/bootstrap`, which `exh tasks sync` uploads, and into `task.zip`:
//! `cargo run --example zip -- PROGRAM`

use std::{env, error::Error, fs, fs::File, io::Write as _, path::Path};

use zip::{ZipWriter, write::SimpleFileOptions};

/// Extra Horizon's limit for the zip, in bytes.
const LIMIT: u64 = 10_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    let program = env::args().nth(1).ok_or("usage: zip PROGRAM")?;
    let bootstrap = Path::new("package/bootstrap");
    fs::create_dir_all("package")?;
    // `copy` keeps the mode of the program, which is executable.
    fs::copy(&program, bootstrap).map_err(|error| format!("{program}: {error}"))?;

    let mut zip = ZipWriter::new(File::create("task.zip")?);
    zip.start_file("bootstrap", SimpleFileOptions::default().unix_permissions(0o755))?;
    zip.write_all(&fs::read(bootstrap)?)?;
    let size = zip.finish()?.metadata()?.len();
    if size > LIMIT {
        return Err(format!("task.zip has {size} bytes; the limit is {LIMIT}").into());
    }
    println!("task.zip: {size} bytes, package/bootstrap: {} bytes", fs::metadata(bootstrap)?.len());
    Ok(())
}
