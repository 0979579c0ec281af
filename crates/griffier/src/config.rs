//! Settings: the command line goes before the environment (`GRIFFIER_…`), which goes before
//! `griffier.toml` in the current folder, which goes before the defaults.

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;
use url::Url;

/// The file in the current folder from which settings are read, if it is there.
const FILE: &str = "griffier.toml";

const FEED: &str = "https://gegevensmagazijn.tweedekamer.nl/SyncFeed/2.0";
const PUBLICATIONS: &str = "https://zoek.officielebekendmakingen.nl";
const LISTEN: &str = "127.0.0.1:8089";

/// The settings as given: each may be absent.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Given {
    /// The folder that holds all data [default: griffier-data, in the demo griffier-demo]
    #[arg(long, env = "GRIFFIER_DATA", value_name = "DIR")]
    data: Option<PathBuf>,
    /// The address to serve the site on [default: 127.0.0.1:8089]
    #[arg(long, env = "GRIFFIER_LISTEN", value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// The SyncFeed to follow [default: that of the Tweede Kamer]
    #[arg(long, env = "GRIFFIER_FEED", value_name = "URL")]
    feed: Option<String>,
    /// Where official publications are fetched [default: officielebekendmakingen.nl]
    #[arg(long, env = "GRIFFIER_PUBLICATIONS", value_name = "URL")]
    publications: Option<String>,
    /// The address under which readers know the site, for links that leave it
    #[arg(long, env = "GRIFFIER_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
}

/// The settings in force.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) feed: Url,
    pub(crate) publications: Url,
    pub(crate) public_url: Option<Url>,
}

impl Config {
    /// Settles the settings.
    ///
    /// # Errors
    /// If `griffier.toml` cannot be read, or an address is none.
    pub(crate) fn settle(given: Given, demo: bool) -> Result<Self> {
        let file = read_file(Path::new(FILE))?;
        let data = if demo { "griffier-demo" } else { "griffier-data" };
        Ok(Self {
            data: given.data.or(file.data).unwrap_or_else(|| data.into()),
            listen: match given.listen.or(file.listen) {
                Some(listen) => listen,
                None => LISTEN.parse()?,
            },
            feed: base("feed", given.feed.or(file.feed).as_deref().unwrap_or(FEED))?,
            publications: base(
                "publications",
                given.publications.or(file.publications).as_deref().unwrap_or(PUBLICATIONS),
            )?,
            public_url: given
                .public_url
                .or(file.public_url)
                .map(|address| base("public-url", &address))
                .transpose()?,
        })
    }
}

impl fmt::Display for Config {
    /// The settings in the form of `griffier.toml`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "data = {:?}", self.data.display().to_string())?;
        writeln!(f, "listen = {:?}", self.listen.to_string())?;
        writeln!(f, "feed = {:?}", self.feed.as_str())?;
        writeln!(f, "publications = {:?}", self.publications.as_str())?;
        match &self.public_url {
            Some(address) => writeln!(f, "public-url = {:?}", address.as_str()),
            None => writeln!(f, "# public-url is not set"),
        }
    }
}

fn read_file(path: &Path) -> Result<Given> {
    match std::fs::read_to_string(path) {
        Ok(text) => toml::from_str(&text)
            .with_context(|| format!("{} cannot be understood", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Given::default()),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

fn base(name: &str, address: &str) -> Result<Url> {
    let example = "expected something like https://example.nl/path";
    let url: Url = address
        .parse()
        .with_context(|| format!("--{name} {address:?} is no address: {example}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        bail!("--{name} {address:?} does not begin with http:// or https://: {example}");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_goes_before_the_defaults() {
        let given =
            Given { feed: Some("http://127.0.0.1:9/SyncFeed/2.0".into()), ..Given::default() };
        let config = Config::settle(given, false).unwrap();
        assert_eq!(config.feed.as_str(), "http://127.0.0.1:9/SyncFeed/2.0");
        assert_eq!(config.listen.to_string(), LISTEN);
        assert_eq!(config.data, PathBuf::from("griffier-data"));
    }

    #[test]
    fn the_demo_has_a_folder_of_its_own() {
        let config = Config::settle(Given::default(), true).unwrap();
        assert_eq!(config.data, PathBuf::from("griffier-demo"));
    }

    #[test]
    fn an_address_that_is_none_is_named_with_an_example() {
        for address in ["tweedekamer.nl", "ftp://tweedekamer.nl"] {
            let given = Given { feed: Some(address.into()), ..Given::default() };
            let error = format!("{:#}", Config::settle(given, false).unwrap_err());
            assert!(error.contains("--feed") && error.contains("https://example.nl"), "{error}");
        }
    }

    #[test]
    fn an_unknown_setting_in_the_file_is_an_error() {
        assert!(toml::from_str::<Given>("luister = \"127.0.0.1:80\"").is_err());
        let given: Given =
            toml::from_str("listen = \"127.0.0.1:80\"\npublic-url = \"https://x.nl\"").unwrap();
        assert_eq!(given.listen.unwrap().port(), 80);
    }
}
