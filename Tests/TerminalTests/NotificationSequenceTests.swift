import RichText
import Testing

@testable import Terminal

@Suite struct NotificationSequenceTests {
    private func text(
        _ environment: [String: String], type: String = "xterm-256color", title: String = "Parley",
        _ text: String = "New reply in “a”", as form: DesktopNotification.Form? = nil
    ) -> String {
        let sequence = NotificationSequence(environment: environment, type: type)
        return String(
            decoding: sequence.bytes(for: DesktopNotification(title: title, text: text), as: form),
            as: UTF8.self)
    }

    @Test(arguments: [
        (["KITTY_WINDOW_ID": "1"], "xterm-256color", DesktopNotification.Form.osc99),
        ([:], "xterm-kitty", .osc99), (["VTE_VERSION": "7200"], "xterm-256color", .osc777),
        ([:], "rxvt-unicode-256color", .osc777), (["TERM_PROGRAM": "iTerm.app"], "xterm-256color", .osc9),
        (["TERM_PROGRAM": "tmux", "LC_TERMINAL": "iTerm2"], "tmux-256color", .osc9),
        (["TERM_PROGRAM": "ghostty"], "xterm-ghostty", .osc9), ([:], "xterm-256color", .osc777),
    ])
    func theFormIsTheTerminals(environment: [String: String], type: String, form: DesktopNotification.Form) {
        #expect(NotificationSequence(environment: environment, type: type).form == form)
    }

    @Test func everyFormIsWritten() {
        #expect(text([:], as: .osc9) == "\u{1B}]9;Parley: New reply in “a”\u{1B}\\")
        #expect(text([:], as: .osc777) == "\u{1B}]777;notify;Parley;New reply in “a”\u{1B}\\")
        #expect(
            text([:], as: .osc99)
                == "\u{1B}]99;i=parley:d=0;Parley\u{1B}\\\u{1B}]99;i=parley:p=body;New reply in “a”\u{1B}\\")
    }

    @Test func aMultiplexerPassesItOn() {
        #expect(
            text(["TMUX": "/tmp/tmux,1,0"], "x", as: .osc9)
                == "\u{1B}Ptmux;\u{1B}\u{1B}]9;Parley: x\u{1B}\u{1B}\\\u{1B}\\")
        #expect(text(["STY": "1.pts"], "x", as: .osc9) == "\u{1B}P\u{1B}]9;Parley: x\u{7}\u{1B}\\")
    }

    @Test(arguments: DesktopNotification.Form.allCases, [[:], ["TMUX": "1"], ["STY": "1"]])
    func noTextEndsTheSequence(form: DesktopNotification.Form, environment: [String: String]) {
        let hostile = "a\u{7}b\u{1B}\\c\u{9C}d\ne;f" + String(repeating: "x", count: 1000)
        let wanted = text(environment, title: "T", "t", as: form)
        let got = text(environment, title: hostile, hostile, as: form)
        func controls(_ text: String) -> [Unicode.Scalar] {
            text.unicodeScalars.filter { $0.properties.generalCategory == .control || $0 == ";" }
        }
        #expect(controls(got) == controls(wanted))
        #expect(got.unicodeScalars.count < 600)
    }
}
