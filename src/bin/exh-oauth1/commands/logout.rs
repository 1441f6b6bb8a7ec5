//! Revokes the token of the credentials file, and removes it from the file.

use std::{io, io::Write as _, path::Path};

use clap::Args;
use exh_oauth1::client::{Client, CredentialsFile, Error, Looked, Settings, Source, Variable};

use crate::{
    connection,
    failure::Failure,
    options::GlobalOptions,
    output::{
        attempts,
        replacement::{Access, Replacement},
        stderr::note,
    },
};

#[derive(Args, Debug)]
pub(crate) struct Logout {
    /// Only remove the token from the file: it stays valid for whoever has a copy
    #[arg(long)]
    local: bool,
}

/// Revokes the token, then removes its lines; the rest of the file stays for the next login.
pub(crate) fn run(global: &GlobalOptions, logout: &Logout) -> Result<(), Failure> {
    global.refuse_sandbox()?;
    let settings = global.settings();
    let path = match settings.looked() {
        Looked::Read(path) => path,
        Looked::Failed(path, fault) => {
            let message = format!("credentials file {}: {fault}", path.display());
            return Err(Failure::usage(message).hint("nobody is logged in by this file"));
        }
        _ => {
            settings.configuration()?;
            return Err(Failure::usage(
                "there is no credentials file: HOME is not set",
            ));
        }
    };
    let Some(mut file) = without_token(path)? else {
        return Err(
            Failure::usage(format_args!("{} has no token", path.display()))
                .hint("nobody is logged in by this file"),
        );
    };
    let client = match logout.local {
        true => None,
        false => Some(client(global, &settings, path)?),
    };
    let cannot = |error: io::Error| Failure::cannot_write(path, &error);
    // What can fail without the API is tried first.
    let mut replacement = Replacement::begin(path, Access::Owner).map_err(cannot)?;
    replacement.reserve(file.as_str().len()).map_err(cannot)?;
    if let Some(client) = &client {
        revoke(global, client, settings.token_identifier()?).map_err(|failure| {
            failure.add_hint(&format!(
                "{} is kept as it is; `exh-oauth1 logout --local` removes the token from it without the API",
                path.display()
            ))
        })?;
        // It may have changed in between.
        if let Some(changed) = without_token(path)? {
            file = changed;
        }
    }
    let written = replacement.file().write_all(file.as_str().as_bytes());
    let written = written.and_then(|()| replacement.finish()).map_err(cannot);
    let path = path.display();
    match (client, written) {
        (Some(_), Ok(())) => note(&format!("the token is revoked, and removed from {path}")),
        (None, Ok(())) => note(&format!(
            "the token is removed from {path}, and still valid for whoever has a copy"
        )),
        (Some(_), Err(failure)) => {
            return Err(
                failure.add_hint("the token is revoked, and its lines are still in the file")
            );
        }
        (None, Err(failure)) => return Err(failure),
    }
    Ok(())
}

/// The file without its token; `None` where it has none.
fn without_token(path: &Path) -> Result<Option<CredentialsFile>, Failure> {
    let before = CredentialsFile::read(path).map_err(|error| {
        Failure::usage(format_args!("credentials file {}: {error}", path.display()))
    })?;
    let mut after = before.clone();
    after.remove(Variable::Token);
    after.remove(Variable::TokenSecret);
    Ok((after.as_str() != before.as_str()).then_some(after))
}

/// A client that signs with the file's token, and no other: another one would be revoked.
fn client(global: &GlobalOptions, settings: &Settings, path: &Path) -> Result<Client, Failure> {
    for variable in [Variable::Token, Variable::TokenSecret] {
        if let Some(Source::Environment) = settings.sources().source(variable) {
            let message = format!(
                "{variable} is in the environment, which goes before {}",
                path.display()
            );
            return Err(Failure::usage(message)
                .hint("unset API_OAUTH_TOKEN and API_OAUTH_TOKEN_SECRET, and run it again"));
        }
    }
    Ok(connection::client(global, settings)?)
}

/// Finds the token among the user's, and revokes it.
fn revoke(global: &GlobalOptions, client: &Client, token: &str) -> Result<(), Failure> {
    let told = |error: Error| {
        attempts::report(global, error.attempts());
        // A list of tokens is nothing to show.
        Failure::from(error).without_response()
    };
    let tokens = client.tokens().map_err(told)?;
    let found = tokens.iter().find(|listed| listed.token == token);
    let found = found.ok_or_else(|| {
        Failure::unavailable("the API does not list the token among those of its user")
    })?;
    // Where it is gone by now, that is what was wanted.
    client.delete_token(&found.id).map_err(told)?;
    Ok(())
}
