//! Makes a token with email and password, and writes it into the credentials file.
//!
//! The password comes from the terminal or from standard input, is sent once, and is wiped. What can fail without it is tried
//! first: the place for the new file is taken before a token is made.

mod answers;
pub(crate) mod arguments;

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

use exh_oauth1::client::{
    self, Client, CredentialsFile, Error, FileError, Looked, NewToken, Options, Problem, Settings,
    Source, Variable, exposed_mode,
};
use zeroize::Zeroizing;

use crate::{
    connection,
    failure::Failure,
    interrupt,
    options::GlobalOptions,
    output::{
        attempts, base_string,
        replacement::{Access, Replacement},
        stderr::{note, warn},
    },
};
use answers::Answers;
use arguments::Login;

/// What the lines may need beyond the file as it is.
const ROOM: usize = 4096;

const INTERRUPTED: &str = "exh-oauth1: interrupted while logging in: the file is as it was, and if a token was made all the same, \
`exh-oauth1 get /auth/v2/oauth1/tokens` lists it after the next login";

/// Logs in, and writes the file.
pub(crate) fn run(global: &GlobalOptions, login: &Login) -> Result<(), Failure> {
    global.refuse_sandbox()?;
    let mut settings = Settings::from_env(Options {
        is_file_new: true,
        ..global.options()
    });
    let path = file(&settings)?;
    let mut answers = Answers::new(login, &settings)?;
    answers.complete(&mut settings)?;
    let client = connection::client_of(global, settings.configuration_without_token()?)?;
    settings.fill(&mut CredentialsFile::default())?;
    let email = answers.email(login)?;
    let cannot = |error: io::Error| {
        Failure::cannot_write(&path, &error).add_hint("nothing was sent yet: no token was made")
    };
    let exposed = exposed_mode(&path);
    let replacement = begin(&path).map_err(cannot)?;
    let password = answers.password()?;

    let token = ask(global, &client, login, &email, password, &mut answers)?;
    if let Err(failure) = save(&settings, &path, replacement, &token) {
        return Err(revoke(&client, token, failure));
    }
    interrupt::unfinished().warning = None;
    report(&settings, &path, &email, exposed);
    Ok(())
}

/// The file that is to be written.
fn file(settings: &Settings) -> Result<PathBuf, Failure> {
    match settings.looked() {
        Looked::Read(path) | Looked::Failed(path, _) => Ok(path.clone()),
        _ => {
            // A profile whose name is no good is told as that.
            if let Err(error) = settings.configuration_without_token()
                && error
                    .problems()
                    .iter()
                    .any(|problem| matches!(problem, Problem::Profile { .. }))
            {
                return Err(error.into());
            }
            Err(
                Failure::usage("there is no file to write the token to: HOME is not set")
                    .hint("give one with --credentials FILE"),
            )
        }
    }
}

/// Takes the place for the new file, and room for it.
fn begin(path: &Path) -> io::Result<Replacement> {
    make_folders(path)?;
    let length = match fs::metadata(path) {
        Ok(metadata) => usize::try_from(metadata.len()).unwrap_or_default(),
        Err(_) => 0,
    };
    let mut replacement = Replacement::begin(path, Access::Owner)?;
    replacement.reserve(length + ROOM)?;
    Ok(replacement)
}

/// Makes the folders of profiles where they are missing, and no others.
fn make_folders(path: &Path) -> io::Result<()> {
    let folders: Vec<_> = path
        .ancestors()
        .skip(1)
        .take_while(|folder| {
            folder.file_name() == Some(".exh".as_ref()) || folder.ends_with(".exh/profiles")
        })
        .collect();
    for folder in folders.into_iter().rev() {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        match builder.create(folder) {
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
    answers: &mut Answers,
) -> Result<NewToken, Failure> {
    interrupt::unfinished().warning = Some(INTERRUPTED);
    let answer = client.login(email, &password);
    drop(password);
    let factor = match answer {
        Ok(client::Login::Token(token)) => return Ok(token),
        Ok(client::Login::SecondFactor(factor)) => factor,
        Ok(_) => {
            return Err(Failure::unavailable(
                "the API asks for a step that is not known here",
            ));
        }
        Err(error) => return Err(told(global, error)),
    };
    interrupt::unfinished().warning = None;
    let method = answers.method(login, &factor)?;
    let code = answers.code(login, method)?;
    interrupt::unfinished().warning = Some(INTERRUPTED);
    client
        .confirm_login(&factor, &method.id, code.trim())
        .map_err(|error| told(global, error))
}

/// What went wrong, in our words alone: an answer may hold a secret, and some servers repeat what they were sent.
fn told(global: &GlobalOptions, error: Error) -> Failure {
    attempts::report(global, error.attempts());
    if global.verbose {
        base_string::show(&error);
    }
    let Some(response) = error.response() else {
        return error.into();
    };
    let mut message = format!("{} answered {}", response.url(), response.status());
    match &error {
        Error::Api(error) => {
            if let Some(code) = error.code {
                message += &format!(": {code}");
                let meaning = code.meaning().unwrap_or("a code that is not known here");
                message += &format!(": {meaning}");
            }
        }
        Error::Redirect(_) => message += " and points elsewhere",
        _ => message += " without a token",
    }
    Failure::from(error)
        .with_message(message)
        .without_response()
}

/// Writes the file.
fn save(
    settings: &Settings,
    path: &Path,
    mut replacement: Replacement,
    token: &NewToken,
) -> Result<(), Failure> {
    // It may have changed while somebody looked for a code.
    let mut file = match CredentialsFile::read(replacement.target()) {
        Err(FileError::Missing) => CredentialsFile::default(),
        other => other.map_err(|error| {
            Failure::unavailable(format_args!("cannot read {}: {error}", path.display()))
        })?,
    };
    settings.fill(&mut file)?;
    let credentials = &token.credentials;
    for (variable, value) in [
        (Variable::Token, credentials.identifier()),
        (Variable::TokenSecret, credentials.secret()),
    ] {
        file.set(variable, value).map_err(|error| {
            Failure::unavailable(format_args!("the API's answer: {variable} {error}"))
        })?;
    }
    let unread = file.unread_by_sdk();
    let written = replacement.file().write_all(file.as_str().as_bytes());
    written
        .and_then(|()| replacement.finish())
        .map_err(|error| Failure::cannot_write(path, &error))?;
    for variable in unread {
        warn(&format!(
            "Extra Horizon's SDK does not read {variable} from this file: it takes no value with a =, and no white space around names"
        ));
    }
    Ok(())
}

/// Takes a token back that nobody has written down.
fn revoke(client: &Client, token: NewToken, failure: Failure) -> Failure {
    let id = token.id.as_deref();
    let client = client.with_token(token.credentials.clone());
    if id.is_some_and(|id| client.delete_token(id).is_ok()) {
        failure.add_hint("the file is as it was, and the token that was made is revoked")
    } else {
        failure.add_hint(
            "the file is as it was, and a token was made that is nowhere written down: revoke it after the next login",
        )
    }
}

fn report(settings: &Settings, path: &Path, email: &str, exposed: Option<u32>) {
    let path = path.display();
    note(&format!("logged in as {email}: the token is in {path}"));
    if let Some(mode) = exposed {
        note(&format!(
            "{path} was open to others (mode {mode:04o}), and is no more"
        ));
    }
    if let Some(Source::File { .. }) = settings.sources().source(Variable::Token) {
        note(
            "the token that was in the file before is still valid: `logout` before `login` revokes it",
        );
    }
    let is_exported = settings.found().iter().any(|found| {
        *found.source() == Source::Environment
            && matches!(found.variable(), Variable::Token | Variable::TokenSecret)
    });
    if is_exported && settings.profile().is_none() {
        warn(
            "a token in the environment goes before the file: unset API_OAUTH_TOKEN and API_OAUTH_TOKEN_SECRET to use the new one",
        );
    }
}
