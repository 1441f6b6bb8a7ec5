//! Revokes the token of the credentials file, and removes it from the file.

use std::{
    io::{self, Write as _},
    path::Path,
};

use clap::Args;
use exh_oauth1::client::{Client, CredentialsFile, Error, Options, Settings, Source, SourceFile, Variable};

use super::login::file_to_change;
use crate::{
    connection,
    failure::Failure,
    options::GlobalOptions,
    output::{
        attempts,
        replacement::{Content, Replacement},
        stderr::note,
    },
};

const NO_TOKEN: &str = "this file has no token to revoke; `exh-oauth1 profiles` lists all profiles";

#[derive(Args, Debug)]
pub(crate) struct Logout {
    /// Only remove the token from the file; it stays valid for anyone who has a copy
    #[arg(long)]
    local: bool,
}

/// Revokes the token, then removes its lines. The rest of the file stays for the next login.
pub(crate) fn run(global: &GlobalOptions, logout: &Logout) -> Result<(), Failure> {
    global.refuse_sandbox()?;
    let settings = Settings::from_env(Options { single_file: true, ..global.options() });
    let SourceFile { path, error, .. } = file_to_change(&settings)?;
    if let Some(error) = error {
        let message = format!("credentials file {}: {error}", path.display());
        return Err(Failure::usage(message).hint(NO_TOKEN));
    }
    let file = read(&path)?;
    let Some(without_token) = without_token(&file) else {
        return Err(Failure::usage(format_args!("{} has no token", path.display())).hint(NO_TOKEN));
    };
    let client = match logout.local {
        true => None,
        false => Some(client(global, &settings, &path)?),
    };
    let cannot_write = |error: io::Error| Failure::cannot_write(&path, &error);
    // What can fail without the API is tried first.
    Replacement::begin(&path, Content::Secret)
        .and_then(|mut replacement| replacement.reserve(without_token.as_str().len()))
        .map_err(cannot_write)?;
    let mut token = file.get(Variable::Token);
    if let Some(client) = &client {
        let revoked = settings.token_identifier()?;
        token = Some(revoked);
        revoke(global, client, revoked).map_err(|failure| {
            failure.add_hint(&format!(
                "{} is unchanged; `exh-oauth1 logout --local` removes the token from it without the API",
                path.display()
            ))
        })?;
    }
    let removed = remove(&path, token);
    let path = path.display();
    match (client, removed) {
        (Some(_), Ok(true)) => note(&format!("the token is revoked, and removed from {path}")),
        (None, Ok(true)) => {
            note(&format!("the token is removed from {path}, and is still valid for anyone who has a copy"));
        }
        (_, Ok(false)) => note(&format!("{path} has another token by now, which stays there")),
        (Some(_), Err(failure)) => {
            return Err(failure.add_hint("the token is revoked, and its lines are still in the file"));
        }
        (None, Err(failure)) => return Err(failure),
    }
    Ok(())
}

/// Removes a token from the file, unless a login has replaced the token in the meantime.
fn remove(path: &Path, token: Option<&str>) -> Result<bool, Failure> {
    let cannot_write = |error: io::Error| Failure::cannot_write(path, &error);
    let mut replacement = Replacement::begin(path, Content::Secret).map_err(cannot_write)?;
    let file = read(path)?;
    if file.get(Variable::Token) != token {
        return Ok(false);
    }
    if let Some(file) = without_token(&file) {
        let written = replacement.file().write_all(file.as_str().as_bytes());
        written.and_then(|()| replacement.finish()).map_err(cannot_write)?;
    }
    Ok(true)
}

fn read(path: &Path) -> Result<CredentialsFile, Failure> {
    CredentialsFile::read(path)
        .map_err(|error| Failure::usage(format_args!("credentials file {}: {error}", path.display())))
}

/// The file without its token; `None` if it has none.
fn without_token(file: &CredentialsFile) -> Option<CredentialsFile> {
    let mut after = file.clone();
    after.remove(Variable::Token);
    after.remove(Variable::TokenSecret);
    (after.as_str() != file.as_str()).then_some(after)
}

/// A client that signs with the file's token. Any other token must not be revoked.
fn client(global: &GlobalOptions, settings: &Settings, path: &Path) -> Result<Client, Failure> {
    for variable in [Variable::Token, Variable::TokenSecret] {
        if let Some(Source::Environment) = settings.sources().source(variable) {
            let message = format!("{variable} is in the environment, which takes precedence over {}", path.display());
            return Err(
                Failure::usage(message).hint("unset API_OAUTH_TOKEN and API_OAUTH_TOKEN_SECRET, and run it again")
            );
        }
    }
    Ok(connection::client(global, settings)?)
}

/// Finds the token among the user's, and revokes it.
fn revoke(global: &GlobalOptions, client: &Client, token: &str) -> Result<(), Failure> {
    let failure = |error: Error| {
        attempts::report(global, error.attempts());
        // The response may be a list of tokens.
        Failure::from(error).without_response()
    };
    let tokens = client.tokens().map_err(failure)?;
    let found = tokens.iter().find(|listed| listed.token == token);
    let found = found.ok_or_else(|| Failure::unavailable("the API does not list the token among those of its user"))?;
    client.delete_token(&found.id).map_err(failure)?;
    Ok(())
}
