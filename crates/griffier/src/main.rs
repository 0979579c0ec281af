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
    bound_arenas();
    let command = CommandLine::parse().command;
    match commands::run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::print_error(&error);
            ExitCode::FAILURE
        }
    }
}

/// Lets the allocator of the GNU C library keep two pools of memory instead of eight per processor: work
/// on the database goes from thread to thread, and each pool keeps what was once needed in it. Filling
/// tables takes a third less memory with it.
fn bound_arenas() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        #[expect(unsafe_code, reason = "there is no other way to say it from within")]
        // SAFETY: it sets a number, and no other thread has been started yet.
        let _ = unsafe { libc::mallopt(libc::M_ARENA_MAX, 2) };
    }
}
