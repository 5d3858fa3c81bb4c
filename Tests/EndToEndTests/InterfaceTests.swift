import Foundation
import TestSupport
import Testing

/// The interface in terminals of all kinds, and how it starts and ends.
@Suite(.ownThread) struct InterfaceTests {
    @Test func aBackgroundTurnContinuesAfterARestart() throws {
        let home = try TestHome()
        var session = try home.open()
        try session.waitFor(text: "Message to Guide")
        session.type("/bg Tell me about themes" + Keys.enter)
        try session.waitFor(text: "running in the background")
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))

        session = try home.open()
        // The last line of the guide's answer; the first may have scrolled away.
        try session.waitFor(text: "Related:")
        try end(session)
    }

    @Test func withoutATerminalItFails() throws {
        let outcome = try TestHome().run([])
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("terminal"))
    }

    @Test func anUnknownKindOfTerminalIsNamed() throws {
        let session = try TestHome().open(environment: ["TERM": "no-such-terminal"])
        #expect(try session.waitForExit() == .exited(1))
        #expect(session.screenText.contains("no-such-terminal"))
    }

    @Test(arguments: ["vt100", "linux", "screen-256color", "tmux-256color", "xterm-256color", "rxvt"])
    func itWorksInTerminalsOfManyKinds(type: String) throws {
        let session = try TestHome().open(environment: ["TERM": type])
        try session.waitFor(text: "Message to Guide")
        session.type("/theme dark")
        try session.waitFor(text: "> /theme dark")
        session.type(Keys.enter)
        try session.waitFor(text: "Message to Guide")
        session.type("hello")
        try session.waitFor(text: "> hello")
        session.type(Keys.control("u"))
        try end(session)
    }

    @Test("A terminal that does not mark a paste sends nothing of it", arguments: ["vt100", "linux"])
    func anUnmarkedPasteIsNotSent(type: String) throws {
        let session = try TestHome().open(environment: ["TERM": type])
        try session.waitFor(text: "Message to Guide")
        let lines = (0..<400).map { "line \($0) of a long paste" }
        session.type(lines.joined(separator: "\r") + "\r")
        try session.waitFor(text: "[pasted text, 400 lines]")
        #expect(!session.screenText.contains("You  "))
        session.type(Keys.control("c"))
        try session.waitFor(text: "Message to Guide")
        try end(session)
    }

    @Test func whatIsCopiedReachesTheClipboardOfTmuxAndTheDesktop() throws {
        let home = try TestHome()
        for program in ["tmux", "wl-copy"] {
            let script =
                "#!/bin/sh\nprintf '%s\\n' \"$*\" > \"$0.words\"\ncat > \"$0.new\" && mv \"$0.new\" \"$0.text\"\n"
            try home.write(script, to: "bin/\(program)", mode: 0o755)
        }
        let session = try home.open(environment: [
            "TMUX": "/tmp/tmux,1,0", "WAYLAND_DISPLAY": "wayland-0", "PATH": "\(home.path)/bin:/usr/bin:/bin",
        ])
        try session.waitFor(text: "Message to Guide")
        session.type("Show me a demo of markdown" + Keys.enter)
        try session.waitFor(text: "That was the whole of it.")
        session.type(Keys.alt("w"))
        try session.waitFor(text: "Copied the last reply.")
        for program in ["tmux", "wl-copy"] {
            try session.waitFor(
                "the text of \(program)", outside: { (try? home.read("bin/\(program).text")) != nil })
            #expect(try home.read("bin/\(program).text").contains("That was the whole of it."))
        }
        #expect(try home.read("bin/tmux.words") == "load-buffer -w -\n")
        try end(session)
    }

    /// The program of the config, and the control sequence through tmux.
    @Test(arguments: [true, false])
    func anAnswerThatNobodySeesIsNotified(byCommand: Bool) throws {
        let home = try TestHome()
        if byCommand {
            let script =
                "#!/bin/sh\nprintf '%s\\n' \"$@\" \"key: $SECRET_KEY\" > \"$0.new\" && mv \"$0.new\" \"$0.text\"\n"
            try home.write(script, to: "bin/tell", mode: 0o755)
            try home.write(
                "notify = [\"\(home.path)/bin/tell\", \"-x\"]\n", to: ".config/parley/config.toml")
            try home.write(
                "[agents.guide]\nkind = \"guide\"\n[agents.model]\nkind = \"openai\"\n"
                    + "url = \"http://127.0.0.1:9/v1\"\nmodel = \"m\"\nkey-env = \"SECRET_KEY\"\n",
                to: ".config/parley/server.toml")
        }
        let session = try home.open(environment: ["SECRET_KEY": "s3cret", "TMUX": "/tmp/tmux,1,0"])
        try session.waitFor(text: "Message to Guide")
        session.focus(false)
        session.type("Which keys are there?" + Keys.enter)
        if byCommand {
            try session.waitFor(
                "the notification", outside: { (try? home.read("bin/tell.text")) != nil })
            #expect(
                try home.read("bin/tell.text")
                    == "-x\nParley\nNew reply in “Which keys are there?”\nkey: \n")
        } else {
            try session.waitFor(
                "the notification",
                outside: {
                    session.count(
                        of: "\u{1B}Ptmux;\u{1B}\u{1B}]777;notify;Parley;New reply in “Which keys are there?”"
                    ) == 1
                })
        }
        try end(session)
    }

    @Test func withoutAnyClipboardNothingIsSaidToBeCopied() throws {
        let session = try TestHome().open(environment: ["TERM": "vt100"])
        try session.waitFor(text: "Message to Guide")
        session.type("Which keys are there?" + Keys.enter)
        try session.waitFor(text: "Related:")
        session.type(Keys.alt("w"))
        try session.waitFor(text: "Nothing was copied")
        try end(session)
    }

    @Test func withoutColoursThereAreNone() throws {
        let session = try TestHome().open(environment: ["NO_COLOR": "1"])
        try session.waitFor(text: "Message to Guide")
        session.type("/theme ember" + Keys.enter)
        session.type("hello")
        try session.waitFor(text: "> hello")
        let colours = (0..<session.screen.rows).flatMap { row in
            (0..<session.screen.columns).map { session.screen.cell(row: row, column: $0).foreground }
        }
        #expect(Set(colours).count == 1)
        session.type(Keys.control("u"))
        try end(session)
    }

    @Test func aWindowOfAnySizeIsDrawn() throws {
        let session = try TestHome().open(columns: 80, rows: 1)
        try session.waitFor(text: "Too small")
        session.resize(columns: 80, rows: 24)
        try session.waitFor(text: "Message to Guide")
        for rows in [1, 2, 3] {
            session.resize(columns: 100, rows: rows)
            try session.waitFor(text: "Too small")
        }
        session.resize(columns: 1, rows: 1)
        session.resize(columns: 132, rows: 50)
        try session.waitFor("the wide screen") { $0.row(49).contains("Message to Guide") }
        try end(session)
    }

    @Test(arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGIO])
    func aSignalEndsItCleanly(signal: Int32) throws {
        let session = try TestHome().open()
        try session.waitFor(text: "Message to Guide")
        session.signal(signal)
        #expect(try session.waitForExit() == .exited(128 + signal))
        #expect(!session.screen.isAlternateScreen)
        #expect(session.screen.isCursorVisible)
        #expect(session.terminal.settings.isCooked)
    }

    @Test("A crash restores the terminal and asks nothing", arguments: [SIGSEGV, SIGABRT, SIGILL])
    func aCrashRestoresTheTerminal(signal: Int32) throws {
        let session = try TestHome().open()
        try session.waitFor(text: "Message to Guide")
        session.signal(signal)
        #expect(try session.waitForExit() == .signalled(signal))
        #expect(!session.screen.isAlternateScreen)
        #expect(session.terminal.settings.isCooked)
        #expect(!session.screenText.lowercased().contains("press space"))
    }

    @Test func theFilesOfTheUserAreReadAndTheirErrorsReported() throws {
        let home = try TestHome()
        try home.write("theme = \"fjord\"\ncolour = 3\n", to: ".config/parley/config.toml")
        try home.write("[keys]\n\"ctrl-g\" = \"quit\"\n", to: ".config/parley/keys.toml")
        let session = try home.open(columns: 160)
        try session.waitFor("the error with its place") { $0.text.contains("config.toml:2") }
        session.type(Keys.control("g"))
        #expect(try session.waitForExit() == .exited(0))
    }

    @Test func whatIsPastedIsNotSent() throws {
        let session = try TestHome().open()
        try session.waitFor(text: "Message to Guide")
        session.paste("first line\nsecond line\n")
        try session.waitFor(text: "second line")
        #expect(!session.screenText.contains("You  "))
        session.type(Keys.control("c"))
        try session.waitFor(text: "Message to Guide")
        try end(session)
    }

    private func end(_ session: TerminalSession) throws {
        session.type(Keys.quit)
        #expect(try session.waitForExit() == .exited(0))
        #expect(session.terminal.settings.isCooked)
    }
}
