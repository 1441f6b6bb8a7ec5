//! Creates a token with email and password, and writes it into the credentials file.
//!
//! The password comes from the terminal or from standard input, is sent once, and is wiped. What can fail without it is
//! tried first, such as writing the file.

pub(crate) mod arguments;
mod inputs;

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
};

use exh_oauth1::client::{
    self, Client, CredentialsFile, Error, FileError, NamedBy, NewToken, Options, Settings, Source, SourceFile, Variable,
};
use zeroize::Zeroizing;

use crate::{
    connection,
    failure::Failure,
    input::exposure::{Exposure, exposures},
    interrupt,
    options::GlobalOptions,
    output::{
        attempts, base_string,
        replacement::{Content, Replacement},
        stderr::{note, warn},
    },
};
use arguments::Login;
use inputs::Inputs;

/// The most bytes that a login adds to the file.
const MOST_ADDED: usize = 4096;

const INTERRUPTED: &str = "exh-oauth1: interrupted while logging in; the file is unchanged, and if a token was created nevertheless, \
`exh-oauth1 get /auth/v2/oauth1/tokens` lists it after the next login";

/// What Extra Horizon's own tools do not read.
pub(crate) const UNREAD: &str = "they need NAME=value without spaces, quotes, `export` or another `=`";

const MISSING: &str = "give --host and set the other variables, or log in on a terminal, which asks for them";

/// Logs in, and writes the file.
pub(crate) fn run(global: &GlobalOptions, login: &Login) -> Result<(), Failure> {
    global.refuse_sandbox()?;
    let mut settings = Settings::from_env(Options { single_file: true, ..global.options() });
    let file = file_to_change(&settings)?;
    let path = &file.path;
    let mut inputs = Inputs::new(login, &settings)?;
    inputs.complete(&mut settings)?;
    let configuration = settings.configuration_without_token();
    let configuration = configuration.map_err(|error| Failure::settings(error, MISSING))?;
    let client = connection::client_of(global, configuration)?;
    settings.fill(&mut CredentialsFile::default())?;
    let email = inputs.email(login)?;
    let open_mode = exposures(path).iter().find_map(Exposure::file_mode);
    check_writable(path)
        .map_err(|error| Failure::cannot_write(path, &error).add_hint("nothing was sent: no token was created"))?;
    let password = inputs.password()?;

    let token = ask(global, &client, login, &email, password, &mut inputs)?;
    if let Err(failure) = save(&settings, path, &token) {
        return Err(revoke(&client, token, failure));
    }
    interrupt::unfinished().warning = None;
    let path = path.display();
    note(&format!("logged in as {email}: the token is in {path}"));
    if let Some(mode) = open_mode {
        note(&format!("{path} was open to others (mode {mode:04o}); now only its owner can read it"));
    }
    note_other_tokens(&settings, &file);
    Ok(())
}

/// The file that `login` and `logout` change, if no other user can replace it.
pub(crate) fn file_to_change(settings: &Settings) -> Result<SourceFile, Failure> {
    let file = settings.files()?.first().cloned().ok_or_else(|| {
        Failure::usage("there is no credentials file: HOME is not set").hint("name one with --credentials FILE")
    })?;
    let exposures = exposures(&file.path);
    match exposures.iter().find(|one| one.is_replaceable()) {
        Some(exposure) => {
            let message = format!("{} {exposure}", file.path.display());
            Err(Failure::usage(message).hint(exposure.fix(&file.path)))
        }
        None => Ok(file),
    }
}

/// Finds out whether the file can be written.
fn check_writable(path: &Path) -> io::Result<()> {
    make_folders(path)?;
    let length = match fs::metadata(path) {
        Ok(metadata) => usize::try_from(metadata.len()).unwrap_or_default(),
        Err(_) => 0,
    };
    Replacement::begin(path, Content::Secret)?.reserve(length + MOST_ADDED)
}

/// Creates the folders of profiles if they are missing, but no other folders.
fn make_folders(path: &Path) -> io::Result<()> {
    let folders: Vec<_> = path
        .ancestors()
        .skip(1)
        .take_while(|folder| folder.file_name() == Some(".exh".as_ref()) || folder.ends_with(".exh/profiles"))
        .collect();
    for folder in folders.into_iter().rev() {
        #[cfg(unix)]
        let created = std::os::unix::fs::DirBuilderExt::mode(&mut fs::DirBuilder::new(), 0o700).create(folder);
        #[cfg(not(unix))]
        let created = fs::create_dir(folder);
        match created {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Asks the API for a token.
fn ask(
    global: &GlobalOptions,
    client: &Client,
    login: &Login,
    email: &str,
    password: Zeroizing<String>,
    inputs: &mut Inputs,
) -> Result<NewToken, Failure> {
    interrupt::unfinished().warning = Some(INTERRUPTED);
    let result = client.login(email, &password);
    drop(password);
    let factor = match result {
        Ok(client::Login::Token(token)) => return Ok(token),
        Ok(client::Login::SecondFactor(factor)) => factor,
        Ok(_) => {
            return Err(Failure::unavailable("the API asks for a login step that this version does not support"));
        }
        Err(error) => return Err(without_response_text(global, error)),
    };
    interrupt::unfinished().warning = None;
    let method = inputs.method(login, &factor)?;
    let code = inputs.code(login, method)?;
    interrupt::unfinished().warning = Some(INTERRUPTED);
    client.confirm_login(&factor, &method.id, code.trim()).map_err(|error| without_response_text(global, error))
}

/// The error without any text of the response, which may hold a secret: some servers repeat what they were sent.
fn without_response_text(global: &GlobalOptions, error: Error) -> Failure {
    attempts::report(global, error.attempts());
    if global.verbose > 0 {
        base_string::show(&error);
    }
    let Some(response) = error.response() else {
        return error.into();
    };
    let mut message = response.to_string();
    match &error {
        Error::Api(error) => {
            if let Some(code) = error.code {
                message += &format!(": {code}");
                let meaning = code.meaning().unwrap_or("an unknown code");
                message += &format!(": {meaning}");
            }
        }
        Error::Redirect(_) => message += " with a redirect",
        _ => message += " without a token",
    }
    Failure::from(error).with_message(message).without_response()
}

/// Writes the file.
fn save(settings: &Settings, path: &Path, token: &NewToken) -> Result<(), Failure> {
    let cannot_write = |error: io::Error| Failure::cannot_write(path, &error);
    let mut replacement = Replacement::begin(path, Content::Secret).map_err(cannot_write)?;
    let mut file = match CredentialsFile::read(replacement.target()) {
        Err(FileError::Missing) => CredentialsFile::default(),
        other => {
            other.map_err(|error| Failure::unavailable(format_args!("cannot read {}: {error}", path.display())))?
        }
    };
    settings.fill(&mut file)?;
    let credentials = &token.credentials;
    for (variable, value) in
        [(Variable::Token, credentials.identifier()), (Variable::TokenSecret, credentials.secret())]
    {
        file.set(variable, value)
            .map_err(|error| Failure::unavailable(format_args!("the API's response: {variable} {error}")))?;
    }
    let written = replacement.file().write_all(file.as_str().as_bytes());
    written.and_then(|()| replacement.finish()).map_err(cannot_write)?;
    for (variable, line) in file.unread_by_sdk() {
        warn(&format!("Extra Horizon's own tools do not read {variable} in line {line} of the file: {UNREAD}"));
    }
    Ok(())
}

/// Revokes a token that could not be written to the file.
fn revoke(client: &Client, token: NewToken, failure: Failure) -> Failure {
    let id = token.id.as_deref();
    let client = client.with_token(token.credentials.clone());
    if id.is_some_and(|id| client.delete_token(id).is_ok()) {
        failure.add_hint("the file is unchanged, and the token that was created is revoked")
    } else {
        failure.add_hint(
            "the file is unchanged, and a token was created that is not stored anywhere: revoke it after the next login",
        )
    }
}

/// Points out tokens that are still valid, or that take precedence over the new one.
fn note_other_tokens(settings: &Settings, file: &SourceFile) {
    let found = settings.found().iter();
    let tokens = found.filter(|found| matches!(found.variable(), Variable::Token | Variable::TokenSecret));
    let sources: Vec<_> = tokens.map(|found| found.source()).collect();
    if sources.iter().any(|source| source.file().is_some()) {
        note("the token that was in the file before is still valid: `logout` before `login` revokes it");
    }
    if sources.contains(&&Source::Environment) && file.named_by == NamedBy::Default {
        warn(
            "a token in the environment takes precedence over the file: unset API_OAUTH_TOKEN and API_OAUTH_TOKEN_SECRET to use the new one",
        );
    }
}
