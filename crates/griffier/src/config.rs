//! Settings: the command line goes before the environment (`GRIFFIER_…`), which goes before
//! `griffier.toml` in the current folder, which goes before the defaults.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;
use url::Url;
use watch::Outlet;
use watch::webhook::Destinations;

use crate::pipeline::FileLimits;

/// The file in the current folder from which settings are read, if it is there.
const FILE: &str = "griffier.toml";

const FEED: &str = feed::SOURCE;
const PUBLICATIONS: &str = "https://zoek.officielebekendmakingen.nl";
const LISTEN: &str = "127.0.0.1:8089";
/// The source has some files of 250 MB. Larger ones are not read.
const MAX_FILE_MB: u64 = (content::extract::MAX_FILE_BYTES >> 20) as u64;

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
    /// Seconds between two looks at each feed [default: by how fast a category changes]
    #[arg(long, env = "GRIFFIER_POLL", value_name = "SECONDS")]
    poll: Option<u64>,
    /// The largest file that is fetched, in megabytes [default: 256]
    #[arg(long, env = "GRIFFIER_MAX_FILE", value_name = "MB")]
    max_file: Option<u64>,
    /// How much all files may take, in gigabytes; of what is oldest only the text is kept then
    /// [default: no limit]
    #[arg(long, env = "GRIFFIER_FILE_BUDGET", value_name = "GB")]
    file_budget: Option<f64>,
    /// The mail server to send through: smtp://NAME:PASSWORD@HOST:587?tls=required, or smtps://…:465.
    /// Without it nobody can log in
    #[arg(long, env = "GRIFFIER_SMTP", value_name = "URL", hide_env_values = true)]
    smtp: Option<String>,
    /// A folder to write mail into instead of sending it [default: none; in the demo `mail` in the
    /// data folder]
    #[arg(long, env = "GRIFFIER_MAIL_FOLDER", value_name = "DIR")]
    mail_folder: Option<PathBuf>,
    /// Whom mail comes from (default: griffier@ the name of the site's machine)
    #[arg(long, env = "GRIFFIER_MAIL_FROM", value_name = "ADDRESS")]
    mail_from: Option<String>,
    /// The address of the proxy that is believed when it says for whom it asks
    #[arg(long, env = "GRIFFIER_TRUSTED_PROXY", value_name = "IP")]
    trusted_proxy: Option<IpAddr>,
    /// Networks, besides the public internet, in which whoever has an account may have this machine send
    /// requests by a webhook: 10.1.0.0/16,192.168.1.7. Dangerous where not everybody may see all that is
    /// served there
    #[arg(long, env = "GRIFFIER_DANGEROUS_WEBHOOK_NETWORKS", value_name = "NETWORKS")]
    dangerous_webhook_networks: Option<String>,
    /// What has to be shown to see /metrics. Without it nobody sees that
    #[arg(long, env = "GRIFFIER_METRICS_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    metrics_token: Option<String>,
}

/// The settings in force.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) feed: Url,
    pub(crate) publications: Url,
    pub(crate) public_url: Option<Url>,
    pub(crate) poll: Option<Duration>,
    pub(crate) limits: FileLimits,
    pub(crate) outlet: Option<Outlet>,
    pub(crate) mail_from: Option<String>,
    pub(crate) trusted_proxy: Option<IpAddr>,
    /// Networks besides the public internet in which webhooks may be, as given.
    pub(crate) webhook_networks: Option<String>,
    /// Where webhooks may be.
    pub(crate) destinations: Destinations,
    pub(crate) metrics_token: Option<String>,
}

impl Config {
    /// Settles the settings.
    ///
    /// # Errors
    /// If `griffier.toml` cannot be read, or an address is none.
    pub(crate) fn settle(given: Given, demo: bool) -> Result<Self> {
        let file = read_file(Path::new(FILE))?;
        let data = if demo { "griffier-demo" } else { "griffier-data" };
        let data = given.data.or(file.data).unwrap_or_else(|| data.into());
        let outlet = outlet(
            given.smtp.or(file.smtp).as_deref(),
            given.mail_folder.or(file.mail_folder),
            demo.then(|| data.join("mail")),
        )?;
        let webhook_networks = given.dangerous_webhook_networks.or(file.dangerous_webhook_networks);
        let destinations = webhook_networks.as_deref().unwrap_or_default();
        let destinations = destinations.parse::<Destinations>();
        Ok(Self {
            data,
            outlet,
            destinations: destinations.context("--dangerous-webhook-networks")?,
            webhook_networks,
            metrics_token: given.metrics_token.or(file.metrics_token).map(token).transpose()?,
            mail_from: given.mail_from.or(file.mail_from).map(sender).transpose()?,
            trusted_proxy: given.trusted_proxy.or(file.trusted_proxy),
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
            poll: given.poll.or(file.poll).map(Duration::from_secs),
            limits: FileLimits {
                largest: given.max_file.or(file.max_file).unwrap_or(MAX_FILE_MB) << 20,
                budget: given.file_budget.or(file.file_budget).map(gigabytes).transpose()?,
            },
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
        }?;
        match self.poll {
            Some(poll) => writeln!(f, "poll = {}", poll.as_secs()),
            None => writeln!(f, "# poll is not set: each feed by how fast it changes"),
        }?;
        writeln!(f, "max-file = {}", self.limits.largest >> 20)?;
        match self.limits.budget {
            Some(bytes) => writeln!(f, "file-budget = {}", gigabytes_of(bytes)),
            None => writeln!(f, "# file-budget is not set: all files are kept"),
        }?;
        match &self.outlet {
            Some(Outlet::Server(server)) => {
                writeln!(f, "smtp = {:?}", without_password(server).as_str())
            }
            Some(Outlet::Folder(folder)) => {
                writeln!(f, "mail-folder = {:?}", folder.display().to_string())
            }
            None => writeln!(f, "# smtp is not set: nobody can log in"),
        }?;
        match &self.mail_from {
            Some(from) => writeln!(f, "mail-from = {from:?}"),
            None => writeln!(f, "# mail-from is not set: griffier@ the machine of public-url"),
        }?;
        match &self.trusted_proxy {
            Some(proxy) => writeln!(f, "trusted-proxy = {:?}", proxy.to_string()),
            None => writeln!(f, "# trusted-proxy is not set"),
        }?;
        match &self.webhook_networks {
            Some(networks) => writeln!(f, "dangerous-webhook-networks = {networks:?}"),
            None => writeln!(
                f,
                "# dangerous-webhook-networks is not set: webhooks are on the public internet alone"
            ),
        }?;
        match &self.metrics_token {
            Some(_) => writeln!(f, "metrics-token = \"...\""),
            None => writeln!(f, "# metrics-token is not set: /metrics is for nobody"),
        }
    }
}

/// Gigabytes in bytes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "finite and not negative; beyond what u64 holds it is as good as no limit"
)]
fn gigabytes(number: f64) -> Result<u64> {
    if !number.is_finite() || number < 0.0 {
        bail!("--file-budget {number} is no size: expected gigabytes, such as 50 or 0.5");
    }
    Ok((number * 1e9) as u64)
}

/// Bytes in gigabytes.
#[expect(clippy::cast_precision_loss, reason = "a size to be read by people")]
fn gigabytes_of(bytes: u64) -> f64 {
    bytes as f64 / 1e9
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

/// Where mail goes: to a server, else into a folder.
fn outlet(
    smtp: Option<&str>,
    folder: Option<PathBuf>,
    usual: Option<PathBuf>,
) -> Result<Option<Outlet>> {
    let Some(smtp) = smtp else { return Ok(folder.or(usual).map(Outlet::Folder)) };
    if folder.is_some() {
        bail!("--smtp and --mail-folder are both set: mail can go to one place only");
    }
    let example = "expected something like smtp://name:password@mail.example.nl:587?tls=required";
    // The address may hold a password, so it is not repeated here.
    let server: Url = smtp.parse().with_context(|| format!("--smtp is no address: {example}"))?;
    if !matches!(server.scheme(), "smtp" | "smtps") || server.host_str().is_none() {
        bail!("--smtp does not begin with smtp:// or smtps:// and a host: {example}");
    }
    Ok(Some(Outlet::Server(server)))
}

fn sender(given: String) -> Result<String> {
    given.parse::<watch::Sender>().map(|_| given.clone()).map_err(|error| {
        anyhow::anyhow!(
            "--mail-from {given:?} is no mail address ({error}): expected something like \
             griffier@example.nl or Griffier <griffier@example.nl>"
        )
    })
}

/// A token that nobody guesses.
fn token(given: String) -> Result<String> {
    const SHORTEST: usize = 16;
    if given.len() < SHORTEST || !given.bytes().all(|byte| byte.is_ascii_graphic()) {
        bail!(
            "--metrics-token is no token: expected at least {SHORTEST} letters, digits and signs \
             without spaces, such as `openssl rand -hex 32` gives"
        );
    }
    Ok(given)
}

/// The address of a mail server as it can be shown.
fn without_password(server: &Url) -> Url {
    let mut server = server.clone();
    if server.password().is_some() {
        // Fails only for addresses without a host.
        let _ = server.set_password(Some("..."));
    }
    server
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
    fn sizes_are_given_in_the_units_that_people_use() {
        let given =
            Given { file_budget: Some(0.5), max_file: Some(10), poll: Some(7), ..Given::default() };
        let config = Config::settle(given, false).unwrap();
        assert_eq!(config.limits.budget, Some(500_000_000));
        assert_eq!(config.limits.largest, 10 << 20);
        assert!(config.to_string().contains("file-budget = 0.5\n"), "{config}");
        let given = Given { file_budget: Some(-1.0), ..Given::default() };
        let error = Config::settle(given, false).unwrap_err().to_string();
        assert!(error.contains("--file-budget -1 is no size"), "{error}");
    }

    #[test]
    fn mail_goes_to_a_server_or_into_a_folder_and_the_password_is_not_printed() {
        let settle = |smtp: Option<&str>, folder: Option<&str>, demo| {
            let (smtp, mail_folder) = (smtp.map(str::to_owned), folder.map(PathBuf::from));
            Config::settle(Given { smtp, mail_folder, ..Given::default() }, demo)
        };
        assert_eq!(settle(None, None, false).unwrap().outlet, None);
        let demo = settle(None, None, true).unwrap().outlet;
        assert_eq!(demo, Some(Outlet::Folder("griffier-demo/mail".into())));
        let server = "smtp://jan:geheim@mail.example.nl:587?tls=required";
        let printed = settle(Some(server), None, true).unwrap().to_string();
        assert!(
            printed.contains("mail.example.nl:587") && !printed.contains("geheim"),
            "{printed}"
        );
        for wrong in ["mail.example.nl", "https://jan:geheim@mail.example.nl", "smtp:x"] {
            let error = format!("{:#}", settle(Some(wrong), None, false).unwrap_err());
            assert!(error.contains("--smtp") && !error.contains("geheim"), "{error}");
        }
        assert!(settle(Some(server), Some("post"), false).is_err());
        assert!(sender("Griffier <griffier@example.nl>".to_owned()).is_ok());
        assert!(sender("griffier@example.nl\r\nBcc: x@example.nl".to_owned()).is_err());
    }

    #[test]
    fn private_networks_for_webhooks_are_named_one_by_one() {
        let settle = |networks: &str| {
            let dangerous_webhook_networks = Some(networks.to_owned());
            Config::settle(Given { dangerous_webhook_networks, ..Given::default() }, false)
        };
        let printed = settle("10.1.0.0/16,127.0.0.1").unwrap().to_string();
        assert!(printed.contains("dangerous-webhook-networks = \"10.1.0.0/16,127.0.0.1\""));
        let error = format!("{:#}", settle("10.1.0.0/16,all").unwrap_err());
        assert!(
            error.contains("--dangerous-webhook-networks") && error.contains("\"all\""),
            "{error}"
        );
    }

    #[test]
    fn the_token_for_metrics_is_long_enough_and_is_not_printed() {
        let settle = |token: &str| {
            let metrics_token = Some(token.to_owned());
            Config::settle(Given { metrics_token, ..Given::default() }, false)
        };
        let printed = settle("0123456789abcdef").unwrap().to_string();
        assert!(printed.contains("metrics-token") && !printed.contains("0123456789"), "{printed}");
        for wrong in ["", "short", "0123456789abcdef 0123456789abcdef"] {
            let error = settle(wrong).unwrap_err().to_string();
            assert!(error.contains("--metrics-token is no token"), "{error}");
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
