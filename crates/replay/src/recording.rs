//! Reading a recording: the states of entities as lines of JSON, and the files that go with them.
//!
//! A line is one state of one entity:
//! `{"id", "updated", "bijgewerkt", "verwijderd", "fields": {…}, "resource": {"contentType"}}`,
//! with `fields` named as on the wire, moments with their offset, and relations as GUIDs. An entity
//! that changed has several lines. `sample/README.md` describes the files.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, bail};
use include_dir::{Dir, include_dir};
use jiff::Timestamp;
use model::{Category, Entity, Kind, Uuid, Value};
use serde::Deserialize;
use serde_json::Map;

static SAMPLE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../sample");

/// Where a recording is kept.
#[derive(Debug, Clone)]
pub enum Source {
    /// The sample that is built in.
    Sample,
    /// A folder of the same layout.
    Folder(PathBuf),
}

impl Source {
    /// The bytes of a file, if it is there.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        match self {
            Source::Sample => Ok(SAMPLE.get_file(path).map(|file| file.contents().to_vec())),
            Source::Folder(folder) => match std::fs::read(folder.join(path)) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(error).with_context(|| format!("cannot read {path}")),
            },
        }
    }

    /// The names of the files in `resources/`.
    fn resources(&self) -> Result<Vec<String>> {
        match self {
            Source::Sample => Ok(SAMPLE
                .get_dir("resources")
                .map(|dir| dir.files().filter_map(|file| file_name(file.path())).collect())
                .unwrap_or_default()),
            Source::Folder(folder) => {
                let folder = folder.join("resources");
                if !folder.exists() {
                    return Ok(Vec::new());
                }
                let entries = std::fs::read_dir(&folder)
                    .with_context(|| format!("cannot list {}", folder.display()))?;
                Ok(entries.filter_map(|entry| file_name(&entry.ok()?.path())).collect())
            }
        }
    }
}

fn file_name(path: &std::path::Path) -> Option<String> {
    path.file_name()?.to_str().map(String::from)
}

/// A recording, read into memory: the lines as they are, their heads parsed.
#[derive(Clone)]
pub struct Recording {
    source: Source,
    /// Every state, in the order in which the source published them.
    pub(crate) states: Vec<RecordedState>,
    /// The recorded text of documents whose file was not recorded.
    pub(crate) texts: HashMap<Uuid, Vec<String>>,
    /// The official publications, by identifier.
    pub(crate) publications: HashMap<String, String>,
    /// The recorded files, by the entity they belong to.
    resources: HashMap<Uuid, String>,
}

/// One state of one entity.
#[derive(Clone)]
pub(crate) struct RecordedState {
    pub(crate) category: Category,
    pub(crate) id: Uuid,
    /// When the source published it.
    pub(crate) updated: Timestamp,
    line: Box<str>,
}

/// What a line says, apart from its entity's fields.
#[derive(Deserialize)]
struct Head {
    id: Uuid,
    updated: Timestamp,
}

#[derive(Deserialize)]
struct Line {
    id: Uuid,
    bijgewerkt: Option<Timestamp>,
    #[serde(default)]
    verwijderd: bool,
    #[serde(default)]
    fields: Map<String, serde_json::Value>,
    resource: Option<ResourceLabel>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceLabel {
    content_type: String,
}

/// A state with its fields read.
pub(crate) struct ReadState {
    pub(crate) entity: Entity,
    pub(crate) bijgewerkt: Option<Timestamp>,
    pub(crate) deleted: bool,
    /// The media type of the file that comes with it, if one does.
    pub(crate) content_type: Option<String>,
}

#[derive(Deserialize)]
struct TextLine {
    document: Uuid,
    paragraphs: Vec<String>,
}

#[derive(Deserialize)]
struct PublicationLine {
    identifier: String,
    xml: String,
}

impl Recording {
    /// Reads a recording.
    ///
    /// # Errors
    /// If a file cannot be read, or a line in it is not of the form described above.
    pub fn open(source: Source) -> Result<Self> {
        let mut states = Vec::new();
        for category in Category::ALL {
            let path = format!("entities/{}.jsonl.zst", category.name());
            for_each_line(&source, &path, |line| {
                let head: Head = serde_json::from_str(line)?;
                let state = RecordedState {
                    category: *category,
                    id: head.id,
                    updated: head.updated,
                    line: line.into(),
                };
                states.push(state);
                Ok(())
            })?;
        }
        if states.is_empty() {
            bail!("there are no recorded entities in {source:?}: expected entities/*.jsonl.zst");
        }
        states.sort_by_key(|state| (state.updated, state.category, state.id));

        let mut texts = HashMap::new();
        for_each_line(&source, "texts.jsonl.zst", |line| {
            let text: TextLine = serde_json::from_str(line)?;
            texts.insert(text.document, text.paragraphs);
            Ok(())
        })?;
        let mut publications = HashMap::new();
        for_each_line(&source, "publications.jsonl.zst", |line| {
            let publication: PublicationLine = serde_json::from_str(line)?;
            publications.insert(publication.identifier, publication.xml);
            Ok(())
        })?;
        let resources = source
            .resources()?
            .into_iter()
            .filter_map(|name| Some((name.split('.').next()?.parse().ok()?, name)))
            .collect();
        Ok(Self { source, states, texts, publications, resources })
    }

    /// How many states of each category the recording holds.
    pub fn counts(&self) -> BTreeMap<Category, usize> {
        let mut counts = BTreeMap::new();
        for state in &self.states {
            *counts.entry(state.category).or_default() += 1;
        }
        counts
    }

    /// The recorded file of an entity, if one was recorded.
    pub(crate) fn resource(&self, entity: Uuid) -> Result<Option<Vec<u8>>> {
        let Some(name) = self.resources.get(&entity) else { return Ok(None) };
        let Some(bytes) = self.source.read(&format!("resources/{name}"))? else { return Ok(None) };
        if name.ends_with(".zst") {
            return Ok(Some(zstd::decode_all(bytes.as_slice())?));
        }
        Ok(Some(bytes))
    }

    /// The recorded transcripts of meetings.
    pub(crate) fn transcripts(&self) -> Result<Vec<String>> {
        let mut transcripts = Vec::new();
        for state in self.states.iter().filter(|state| state.category == Category::Verslag) {
            if let Some(bytes) = self.resource(state.id)? {
                transcripts.push(String::from_utf8(bytes)?);
            }
        }
        Ok(transcripts)
    }

    /// Reads a state's line whole.
    pub(crate) fn read(&self, state: &RecordedState) -> Result<ReadState> {
        let line: Line = serde_json::from_str(&state.line)?;
        let category = state.category;
        let description = category.description();
        let mut values = vec![Value::Nothing; description.fields.len()];
        for (name, json) in line.fields {
            let read = || {
                let (place, field) = description.field(&name)?;
                Some((place, read_value(field.kind, &json)?))
            };
            let (place, value) = read()
                .ok_or_else(|| anyhow!("{category} {}: {name} cannot hold {json}", line.id))?;
            if let Some(slot) = values.get_mut(place) {
                *slot = value;
            }
        }
        Ok(ReadState {
            entity: Entity::from_values(category, line.id, values),
            bijgewerkt: line.bijgewerkt,
            deleted: line.verwijderd,
            content_type: line.resource.map(|resource| resource.content_type),
        })
    }
}

fn for_each_line(
    source: &Source,
    path: &str,
    mut each: impl FnMut(&str) -> Result<()>,
) -> Result<()> {
    let Some(bytes) = source.read(path)? else { return Ok(()) };
    let reader: Box<dyn Read> = Box::new(zstd::Decoder::new(bytes.as_slice())?);
    for (number, line) in BufReader::new(reader).lines().enumerate() {
        let line = line.with_context(|| format!("{path} is damaged"))?;
        each(&line).with_context(|| format!("{path}, line {}", number + 1))?;
    }
    Ok(())
}

/// A field's content from JSON, or `None` where it does not fit the kind.
fn read_value(kind: Kind, json: &serde_json::Value) -> Option<Value> {
    use serde_json::Value as Json;
    match (kind, json) {
        (_, Json::Null) | (Kind::Withheld, _) => Some(Value::Nothing),
        (Kind::Text | Kind::Partial | Kind::Amount, Json::String(text)) => {
            Some(Value::Text(text.clone()))
        }
        (Kind::Text | Kind::Partial | Kind::Amount, Json::Number(number)) => {
            Some(Value::Text(number.to_string()))
        }
        (Kind::Integer, Json::Number(number)) => number.as_i64().map(Value::Integer),
        (Kind::Boolean, Json::Bool(truth)) => Some(Value::Boolean(*truth)),
        (Kind::Moment, Json::String(text)) => text.parse().ok().map(Value::Moment),
        (Kind::Day, Json::String(text)) => text.get(..10)?.parse().ok().map(Value::Day),
        (Kind::One(_), Json::String(id)) => id.parse().ok().map(Value::One),
        (Kind::Many(_), Json::Array(ids)) => {
            let ids: Option<Vec<Uuid>> =
                ids.iter().map(|id| id.as_str().and_then(|id| id.parse().ok())).collect();
            ids.map(Value::Many)
        }
        _ => None,
    }
}
