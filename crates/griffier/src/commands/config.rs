//! `griffier config`

use anyhow::Result;
use clap::Args;

use crate::config::{Config, Given};

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    given: Given,
}

#[expect(clippy::print_stdout, reason = "the settings are what the command is asked for")]
pub(super) fn run(options: Options) -> Result<()> {
    print!("{}", Config::settle(options.given, false)?);
    Ok(())
}
