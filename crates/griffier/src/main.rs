//! Griffier: follows everything the Dutch House of Representatives publishes as open data, makes each
//! piece findable, and shows how the pieces hang together.

mod commands;
mod config;
mod folder;
mod pipeline;
mod progress;

use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;

/// Volgt alles wat de Tweede Kamer publiceert, en maakt het vindbaar.
#[derive(Parser)]
#[command(name = "griffier", version, about, disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let command = CommandLine::parse().command;
    match commands::run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::print_error(&error);
            ExitCode::FAILURE
        }
    }
}
