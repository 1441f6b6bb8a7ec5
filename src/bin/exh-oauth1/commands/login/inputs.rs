//! What `login` needs: from options, standard input, or questions on the terminal.

use std::io::{self, IsTerminal as _};

use exh_oauth1::client::{Method, SecondFactor, Settings, Variable};
use zeroize::Zeroizing;

use super::arguments::Login;
use crate::{
    failure::Failure,
    input::prompt::{self, Terminal},
    output::json,
};

/// Where the values come from.
pub(crate) struct Inputs {
    terminal: Option<Terminal>,
    /// From standard input.
    password: Option<Zeroizing<String>>,
    consumer_secret: Option<Zeroizing<String>>,
}

impl Inputs {
    pub(crate) fn new(login: &Login, settings: &Settings) -> Result<Self, Failure> {
        let mut inputs = Self { terminal: None, password: None, consumer_secret: None };
        if login.password_stdin {
            if io::stdin().is_terminal() {
                let message = "standard input is a terminal, which would show the password";
                return Err(
                    Failure::usage(message).hint("omit --password-stdin to be asked, or redirect a pipe or a file")
                );
            }
            let mut input = prompt::standard_input()
                .map_err(|error| Failure::usage(format_args!("cannot read standard input: {error}")))?;
            let password = prompt::line(&mut input, "the password on standard input")?;
            inputs.password = Some(password);
            if is_missing(settings, Variable::ConsumerSecret) {
                // Without a second line, it is missing.
                inputs.consumer_secret = prompt::line(&mut input, "the second line").ok();
            }
        }
        Ok(inputs)
    }

    fn terminal(&mut self, what: &str, option: &str) -> Result<&mut Terminal, Failure> {
        let terminal = match self.terminal.take() {
            Some(terminal) => terminal,
            None => Terminal::open().map_err(|error| {
                let message = format!("there is no terminal to ask for {what}: {error}");
                Failure::usage(message).hint(format!("give it with {option}"))
            })?,
        };
        Ok(self.terminal.insert(terminal))
    }

    /// Asks for missing settings. Without a terminal they stay missing.
    pub(crate) fn complete(&mut self, settings: &mut Settings) -> Result<(), Failure> {
        for variable in [Variable::Host, Variable::ConsumerKey, Variable::ConsumerSecret] {
            if !is_missing(settings, variable) {
                continue;
            }
            let given = match variable {
                Variable::ConsumerSecret => self.consumer_secret.take(),
                _ => None,
            };
            let value = match given {
                Some(value) => value,
                None => {
                    let Ok(terminal) = self.terminal("", "") else {
                        continue;
                    };
                    match variable {
                        Variable::Host => terminal.ask("Host of the API (API_HOST)")?,
                        Variable::ConsumerKey => terminal.ask("Consumer key (API_OAUTH_CONSUMER_KEY)")?,
                        _ => terminal.ask_hidden("Consumer secret (API_OAUTH_CONSUMER_SECRET)")?,
                    }
                }
            };
            settings.enter(variable, value);
        }
        Ok(())
    }

    pub(crate) fn email(&mut self, login: &Login) -> Result<String, Failure> {
        let email = match &login.email {
            Some(email) => email.clone(),
            None => self.terminal("the email address", "--email")?.ask("Email")?.trim().to_owned(),
        };
        if email.is_empty() {
            return Err(Failure::usage("the email address is empty"));
        }
        Ok(email)
    }

    pub(crate) fn password(&mut self) -> Result<Zeroizing<String>, Failure> {
        match self.password.take() {
            Some(password) => Ok(password),
            None => self.terminal("the password", "--password-stdin, on standard input")?.ask_hidden("Password"),
        }
    }

    pub(crate) fn code(&mut self, login: &Login, method: &Method) -> Result<Zeroizing<String>, Failure> {
        match &login.code {
            Some(code) => Ok(Zeroizing::new(code.clone())),
            None => {
                self.terminal("the second factor's code", "--code")?.ask_hidden(&format!("Code of {}", shown(method)))
            }
        }
    }

    /// The method that is named, the only one, or the one that the user chooses.
    pub(crate) fn method<'a>(&mut self, login: &Login, factor: &'a SecondFactor) -> Result<&'a Method, Failure> {
        let methods = &factor.methods;
        if let Some(wanted) = &login.method {
            return find(methods, wanted);
        }
        match methods.as_slice() {
            [] => Err(Failure::unavailable("the API requires a second factor, but names no method")),
            [only] => Ok(only),
            _ => {
                let option = format!("--method; the user has {}", list(methods));
                let terminal = self.terminal("the second factor's method", &option)?;
                terminal.tell("The user has a second factor, with several methods:")?;
                for (index, method) in methods.iter().enumerate() {
                    terminal.tell(&format!("  {}  {}", index + 1, shown(method)))?;
                }
                let choice = terminal.ask("Number of the method")?;
                let number: Option<usize> = choice.trim().parse().ok();
                match number.and_then(|number| methods.get(number.checked_sub(1)?)) {
                    Some(method) => Ok(method),
                    None => find(methods, choice.trim()),
                }
            }
        }
    }
}

fn is_missing(settings: &Settings, variable: Variable) -> bool {
    settings.sources().source(variable).is_none()
}

/// The only method with this identifier, name or type.
fn find<'a>(methods: &'a [Method], wanted: &str) -> Result<&'a Method, Failure> {
    let is_wanted =
        |text: &Option<String>| text.as_ref().is_some_and(|text| text.to_lowercase() == wanted.to_lowercase());
    let mut found =
        methods.iter().filter(|method| method.id == wanted || is_wanted(&method.name) || is_wanted(&method.kind));
    match (found.next(), found.next()) {
        (Some(method), None) => Ok(method),
        (first, _) => {
            let which = if first.is_some() { "several methods match" } else { "no method matches" };
            let message = format!("{which} {wanted}; the user has {}", list(methods));
            Err(Failure::usage(message).hint("name one with --method, and log in again"))
        }
    }
}

fn list(methods: &[Method]) -> String {
    let methods: Vec<_> = methods.iter().map(shown).collect();
    methods.join(", ")
}

/// The name and type of a method.
fn shown(method: &Method) -> String {
    let kind = method.kind.as_deref().unwrap_or("unknown type");
    let text = match &method.name {
        Some(name) => format!("{name} ({kind})"),
        None => kind.to_owned(),
    };
    json::escaped(&text.replace(['\n', '\t'], " "))
}
