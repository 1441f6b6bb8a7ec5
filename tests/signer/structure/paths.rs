//! Finds the paths within the crate that Rust source names.

/// The paths that start with `crate`, `super`, `self` or a child module, as paths from the crate's root.
pub(super) fn imports(text: &str, module: &[String]) -> Vec<Vec<String>> {
    let code = without_comments(text);
    let tokens = tokens(&code);
    let mut reader = Reader { tokens: &tokens, at: 0, found: Vec::new() };
    // Inline modules, each with the number of open braces around it.
    let mut inside: Vec<(String, usize)> = Vec::new();
    let mut open = 0;
    let children: Vec<&str> =
        tokens.windows(3).filter(|window| window[0] == "mod" && window[2] == ";").map(|window| window[1]).collect();
    while let Some(token) = reader.tokens.get(reader.at).copied() {
        let before = reader.at.checked_sub(1).map_or("", |at| tokens[at]);
        let next = tokens.get(reader.at + 1).copied().unwrap_or_default();
        match token {
            "{" => {
                if reader.at > 1 && tokens[reader.at - 2] == "mod" {
                    inside.push((before.to_owned(), open));
                }
                open += 1;
            }
            "}" => {
                open = open.saturating_sub(1);
                if inside.last().is_some_and(|(_, at)| *at == open) {
                    inside.pop();
                }
            }
            // `pub(in crate::client)` imports nothing.
            _ if next == "::" && before != "::" && before != "in" => {
                let mut base: Vec<String> = module.to_vec();
                base.extend(inside.iter().map(|(name, _)| name.clone()));
                let is_path = match token {
                    "crate" => {
                        base.clear();
                        true
                    }
                    "super" => {
                        base.pop();
                        true
                    }
                    "self" => true,
                    child => {
                        base.push(child.to_owned());
                        children.contains(&child)
                    }
                };
                if is_path {
                    reader.at += 1;
                    reader.path(base);
                    continue;
                }
            }
            _ => {}
        }
        reader.at += 1;
    }
    // An inline module is in the same file.
    reader.found
}

struct Reader<'a> {
    tokens: &'a [&'a str],
    at: usize,
    found: Vec<Vec<String>>,
}

impl Reader<'_> {
    /// Reads the rest of a path, from a `::` on: each name of a tree in braces is a path.
    fn path(&mut self, mut path: Vec<String>) {
        while self.tokens.get(self.at) == Some(&"::") {
            self.at += 1;
            match self.tokens.get(self.at).copied().unwrap_or_default() {
                "{" => {
                    self.at += 1;
                    while !matches!(self.tokens.get(self.at), None | Some(&"}")) {
                        let name = self.tokens[self.at];
                        let mut branch = path.clone();
                        if is_name(name) && name != "self" {
                            branch.push(name.to_owned());
                        }
                        self.at += 1;
                        self.path(branch);
                        // `as other` and the comma.
                        while !matches!(self.tokens.get(self.at), None | Some(&"," | &"}")) {
                            self.at += 1;
                        }
                        if self.tokens.get(self.at) == Some(&",") {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                "super" => {
                    path.pop();
                    self.at += 1;
                }
                name if is_name(name) => {
                    path.push(name.to_owned());
                    self.at += 1;
                }
                // `*`, or the `<` of a generic argument.
                _ => break,
            }
        }
        self.found.push(path);
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// Names, `::`, and single characters.
fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_part = |character: char| character.is_alphanumeric() || character == '_';
        let length = if rest.starts_with("::") {
            2
        } else if is_part(first) {
            rest.find(|character| !is_part(character)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    tokens
}

/// The source without comments, and with empty string literals.
pub(super) fn without_comments(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("r#\"") {
            rest.find("\"#").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            // A quotation mark as a character.
            rest[1..].find('\'').map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            let mut is_escaped = false;
            let end = rest[1..].find(|character| {
                let ends = character == '"' && !is_escaped;
                is_escaped = character == '\\' && !is_escaped;
                ends
            });
            end.map_or(rest.len(), |end| end + 2)
        } else {
            code.push(first);
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    code
}
