//! The structure of `src` that ARCHITECTURE.md describes: layers, no import circles, complete lists of files.

mod documents;
mod paths;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use paths::imports;

/// The folders of `src`, and what each may import. Nothing is imported from a layer above.
const LAYERS: &[(&str, &[&str])] = &[
    ("oauth1", &[]),
    ("explain", &["oauth1"]),
    ("client", &["oauth1"]),
    ("page", &["oauth1", "explain"]),
    ("sandbox", &["oauth1", "explain", "page", "client"]),
    ("task", &["oauth1", "client"]),
];

/// A source file, and the path of its module within the crate.
struct File {
    path: PathBuf,
    module: Vec<String>,
    /// The paths that it imports or names within the crate.
    imports: Vec<Vec<String>>,
}

/// The files below a folder. The folder is the crate's root.
fn files(root: &str) -> Vec<File> {
    fn read(folder: &Path, root: &Path, files: &mut Vec<File>) {
        let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                if path != Path::new("src/bin") {
                    read(&path, root, files);
                }
            } else if path.extension().is_some_and(|end| end == "rs") {
                let module = path.strip_prefix(root).unwrap().with_extension("");
                let mut module: Vec<_> = module.iter().map(|part| part.to_str().unwrap().to_owned()).collect();
                if ["mod", "lib", "main"].contains(&module.last().unwrap().as_str()) {
                    module.pop();
                }
                let imports = imports(&fs::read_to_string(&path).unwrap(), &module);
                files.push(File { path, module, imports });
            }
        }
    }
    let mut files = Vec::new();
    read(Path::new(root), Path::new(root), &mut files);
    assert!(files.len() > 10, "{root} has {} files", files.len());
    files
}

/// Follows a re-export, as in `pub use error::Error`.
fn resolve<'a>(mut path: &'a [String], modules: &BTreeMap<&[String], &'a File>) -> &'a [String] {
    // A re-export can have several steps, but not infinitely many.
    for _ in 0..8 {
        let Some(at) = (0..path.len()).rev().find(|at| modules.contains_key(&path[..*at])) else {
            break;
        };
        let passed_on = modules[&path[..at]]
            .imports
            .iter()
            .find(|import| import.len() > at + 1 && import.last() == Some(&path[at]));
        match passed_on {
            Some(import) if !modules.contains_key(&path[..=at]) => path = import,
            _ => break,
        }
    }
    path
}

fn by_module(files: &[File]) -> BTreeMap<&[String], &File> {
    let pairs = files.iter().map(|file| (file.module.as_slice(), file));
    pairs.collect()
}

#[test]
fn imports_point_down() {
    let files = files("src");
    let modules = by_module(&files);
    let mut upward = Vec::new();
    for file in &files {
        let Some(layer) = file.module.first() else {
            continue;
        };
        let known = LAYERS.iter().find(|(name, _)| name == layer);
        let (_, below) = known.unwrap_or_else(|| panic!("{layer} is not in LAYERS"));
        for import in &file.imports {
            let Some(target) = resolve(import, &modules).first() else {
                continue;
            };
            if target != layer && !below.contains(&target.as_str()) {
                let import = import.join("::");
                upward.push(format!("{} imports {import}", file.path.display()));
            }
        }
    }
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}

/// The folder can be copied into another crate.
#[test]
fn the_signer_names_nothing_outside_its_folder() {
    for File { path, .. } in files("src").iter().filter(|file| file.path.starts_with("src/oauth1")) {
        let code = paths::without_comments(&fs::read_to_string(path).unwrap());
        assert!(!code.contains("crate::"), "{}", path.display());
    }
}

/// One circle among the nodes that import each other, if there is one.
fn circle(edges: &BTreeMap<String, BTreeSet<String>>) -> Option<String> {
    let mut left = edges.clone();
    // A module that imports none of the remaining ones is not part of a circle.
    loop {
        let before = left.len();
        let names: BTreeSet<_> = left.keys().cloned().collect();
        left.retain(|_, targets| targets.iter().any(|target| names.contains(target)));
        if left.len() == before {
            break;
        }
    }
    let mut at = left.keys().next()?;
    let mut seen = Vec::new();
    while !seen.contains(at) {
        seen.push(at.clone());
        at = left[at].iter().find(|target| left.contains_key(*target))?;
    }
    let start = seen.iter().position(|name| name == at)?;
    Some(format!("{} -> {at}", seen[start..].join(" -> ")))
}

#[test]
fn files_of_the_program_do_not_import_each_other_in_circles() {
    let files = files("src/bin/exh-oauth1");
    let modules = by_module(&files);
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in &files {
        let name = file.path.display().to_string();
        let targets = edges.entry(name.clone()).or_default();
        for import in &file.imports {
            let found = (0..=import.len()).rev().find_map(|length| modules.get(&import[..length]));
            let target = found.unwrap().path.display().to_string();
            // Without its `mod` declarations, a module imports none of its children.
            if target != name {
                targets.insert(target);
            }
        }
    }
    assert_eq!(circle(&edges), None);
}

#[test]
fn folders_of_the_client_do_not_import_each_other_in_circles() {
    let files = files("src");
    let modules = by_module(&files);
    // Files directly in `client` are in no folder.
    let folder = |path: &[String]| match path {
        [client, folder, ..] if client == "client" => {
            Path::new("src/client").join(folder).is_dir().then(|| folder.clone())
        }
        _ => None,
    };
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in &files {
        let Some(own) = folder(&file.module) else {
            continue;
        };
        let targets =
            file.imports.iter().filter_map(|import| folder(resolve(import, &modules))).filter(|target| *target != own);
        edges.entry(own.clone()).or_default().extend(targets);
    }
    assert!(edges.len() > 2, "{edges:?}");
    assert_eq!(circle(&edges), None);
}

/// A list of files at the top of a module, as `name.rs` or `name/` in backticks, has all files and no others.
#[test]
fn lists_of_files_are_complete() {
    let mut incomplete = Vec::new();
    for file in files("src").iter().chain(&files("src/bin/exh-oauth1")) {
        let text = fs::read_to_string(&file.path).unwrap();
        let comment = text.lines().take_while(|line| line.starts_with("//") || line.is_empty());
        let comment = comment.collect::<Vec<_>>().join("\n");
        let listed: BTreeSet<&str> = comment
            .split('`')
            .skip(1)
            .step_by(2)
            .filter_map(|word| word.strip_suffix(".rs").or(word.strip_suffix('/')))
            .filter(|word| !word.contains('/'))
            .collect();
        let declared: BTreeSet<&str> = text
            .lines()
            .filter_map(|line| line.strip_suffix(';')?.rsplit_once("mod "))
            .filter(|(before, _)| before.is_empty() || before.starts_with("pub"))
            .map(|(_, name)| name)
            .collect();
        let folder = file.path.parent().unwrap();
        let exists = |name: &&&str| {
            let places = [folder, folder.parent().unwrap()];
            let mut places = places.iter().map(|place| place.join(name));
            places.any(|path| path.is_dir() || path.with_extension("rs").is_file())
        };
        let mut wrong: Vec<_> = declared.difference(&listed).collect();
        wrong.extend(listed.iter().filter(|name| !exists(name)));
        if !listed.is_empty() && !declared.is_empty() && !wrong.is_empty() {
            incomplete.push(format!("{}: {wrong:?}", file.path.display()));
        }
    }
    assert!(incomplete.is_empty(), "{}", incomplete.join("\n"));
}

/// The width that rustfmt.toml gives for the code.
#[test]
fn comments_fit() {
    let mut long = Vec::new();
    for file in files("src").iter().chain(&files("src/bin/exh-oauth1")) {
        let text = fs::read_to_string(&file.path).unwrap();
        for (number, line) in text.lines().enumerate() {
            let comment = line.trim_start();
            // A row of a table cannot be broken.
            let is_text = comment.starts_with("//") && !comment.contains(" | ");
            if is_text && line.chars().count() > 120 {
                long.push(format!("{}:{}", file.path.display(), number + 1));
            }
        }
    }
    assert!(long.is_empty(), "more than 120 columns: {long:?}");
}
