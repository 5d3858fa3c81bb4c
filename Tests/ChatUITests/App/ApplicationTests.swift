import Foundation
import RichText
import SessionCore
import Settings
import Synchronization
import TestSupport
import Testing

@testable import ChatUI

/// The loop: what it waits for, what it draws, and in which order.
@MainActor @Suite(.timeLimit(.scaled(minutes: 5)))
struct ApplicationTests {
    /// A clock that moves when the screen waits.
    final class ManualClock {
        var instant = ContinuousClock.now
        /// Seconds since the start, for labels.
        var passed = 0.0
        /// Called when the time is read.
        var onRead = {}
        var services: ApplicationServices.Clock {
            ApplicationServices.Clock(
                instant: {
                    self.onRead()
                    return self.instant
                }, date: { Scenario.now + self.passed })
        }
    }

    /// A screen that plays a script: each wait is one step of it. A wait with a deadline ends at the deadline, at once.
    final class ScriptedScreen: Screen {
        final class Bell: Waker {
            let count = Mutex(0)
            func wake() { count.withLock { $0 += 1 } }
        }

        let clock = ManualClock()
        var size = Size(columns: 80, rows: 24)
        let attributes = Attributes.all
        let bell = Bell()
        var waker: any Waker { bell }
        /// What each wait does and returns; after the last one the terminal is gone.
        var script: [() -> [InputEvent]] = []
        var deadlines: [ContinuousClock.Instant?] = []
        var frames: [Canvas] = []
        /// What happened, in order.
        var log: [String] = []
        var editing: () throws -> Void = {}

        func wait(until deadline: ContinuousClock.Instant?) -> [InputEvent] {
            deadlines.append(deadline)
            log.append("wait")
            if !script.isEmpty { return script.removeFirst()() }
            guard let deadline else { return [.ended(signal: 15)] }
            clock.instant = max(clock.instant, deadline)
            return []
        }
        /// The time that drawing a frame takes.
        var drawingTime: Duration = .zero
        func draw(_ canvas: Canvas) {
            clock.instant += drawingTime
            frames.append(canvas)
            log.append("draw")
        }
        func invalidate() { log.append("invalidate") }
        func suspend() { log.append("suspend") }
        func released<Result>(_ body: () throws -> Result) rethrows -> Result {
            log.append("release")
            defer { log.append("retake") }
            return try body()
        }
        func copy(_ text: String) -> Bool {
            log.append("copy \(text)")
            return true
        }
        func reportMouse(_ on: Bool) {}
        func setTitle(_ title: String) { log.append("title \(title)") }
        func ringBell() { log.append("bell") }
        func notify(_ notification: DesktopNotification, as form: DesktopNotification.Form?) {
            log.append("notify \(notification.text) \(form?.rawValue ?? "auto")")
        }
    }

    final class Submitted {
        var intents: [Intent] = []
    }

    let screen = ScriptedScreen()
    let mailbox = Mailbox()
    let submitted = Submitted()

    private func run(
        appearance: Appearance = Appearance(), edit: @escaping (String) throws -> String = { $0 }
    ) -> Int32 {
        let plain = Theme(name: "plain", variant: .dark, styles: [:])
        let services = ApplicationServices(
            submit: { [submitted, screen] intent in
                submitted.intents.append(intent)
                screen.log.append("submit")
            }, edit: edit, saveTheme: { _ in }, clock: screen.clock.services)
        let application = Application(
            screen: screen, mailbox: mailbox, services: services,
            accounts: [AccountEntry(name: "local", agents: [Scenario.guide], capabilities: [.streams])],
            keymap: Keymap.make().0,
            themes: ThemeChoice(all: [plain], automatic: (plain, plain), name: "auto"),
            zone: .utc, appearance: appearance)
        return application.run()
    }

    @Test func theFirstFrameIsDrawnBeforeAnythingIsKnown() {
        #expect(run() == 15)
        #expect(screen.log == ["draw", "title Parley", "wait"])
    }

    @Test func nothingToDoMeansNoDeadlineAndNoFrame() {
        screen.script = [{ [] }, { [] }, { [] }, { [] }]
        _ = run()
        #expect(screen.deadlines.allSatisfy { $0 == nil })
        #expect(screen.frames.count == 1)
    }

    @Test func howLongAgoSomethingWasIsShownAnewWhenItChangesAndNotBefore() {
        let (mailbox, clock) = (mailbox, screen.clock)
        let start = clock.instant
        var appearance = Appearance()
        appearance.times = .relative
        screen.script = [
            {
                mailbox.put(.tasks([Scenario.task("a", "Trip", minutesAgo: 2.5)]))
                return []
            },
            {
                (clock.instant, clock.passed) = (start + .seconds(30), 30)
                return []
            },
            { [.ended(signal: 15)] },
        ]
        _ = run(appearance: appearance)
        #expect(screen.deadlines == [nil, start + .seconds(30), start + .seconds(90)])
        let drawn = screen.frames.map(\.text)
        #expect(drawn.contains { $0.contains("2 min") })
        #expect(drawn.last?.contains("3 min") == true)
    }

    @Test func aKeyIsOnTheScreenBeforeWhatArrivedMeanwhile() {
        let mailbox = mailbox
        screen.script = [
            { [] },
            {
                mailbox.put(.tasks([Scenario.task("a", "Arrived")]))
                return [.key(Key("x"))]
            },
        ]
        _ = run()
        let drawn = screen.frames.map(\.text)
        #expect(drawn.contains { $0.contains("> x") && !$0.contains("Arrived") })
        #expect(drawn.contains { $0.contains("Arrived") })
    }

    @Test func chunksThatFollowEachOtherAreOnePiece() {
        let task = ChatTask.ID(rawValue: "a")
        for (offset, text) in [(0, "Grü"), (4, "ße"), (7, " an"), (20, "gap"), (23, ".")] {
            mailbox.put(.chunk(task: task, message: 2, offset: offset, text: text))
        }
        mailbox.put(.chunk(task: task, message: 4, offset: 0, text: "other"))
        mailbox.put(.problem("between"))
        mailbox.put(.chunk(task: task, message: 4, offset: 5, text: "more"))
        let drained = mailbox.drain().map { mail -> String in
            switch mail {
            case .session(.chunk(_, let message, let offset, let text)): "\(message) \(offset) \(text)"
            case .session(.problem(let text)): text
            default: "?"
            }
        }
        #expect(drained == ["2 0 Grüße an", "2 20 gap.", "4 0 other", "between", "4 5 more"])
        #expect(mailbox.drain().isEmpty)
    }

    /// Mail that takes long to receive is received in parts, with the keys between them.
    @Test func aKeyWaitsForNoMoreThanAPartOfTheMail() {
        let (mailbox, clock) = (mailbox, screen.clock)
        var read = 0
        clock.onRead = {
            read += 1
            clock.instant += .milliseconds(1)
        }
        screen.script = [
            {
                for number in 0..<100 { mailbox.put(.problem("problem \(number)")) }
                return []
            },
            { [.key(Key("x"))] },
        ]
        _ = run()
        let drawn = screen.frames.map(\.text)
        #expect(drawn.contains { $0.contains("> x") && !$0.contains("problem 99") })
        #expect(drawn.last?.contains("problem 99") == true)
    }

    @Test func whatArrivesWakesTheScreenOnce() {
        mailbox.attach(screen.waker)
        mailbox.put(.problem("one"))
        mailbox.put(.problem("two"))
        #expect(screen.bell.count.withLock { $0 } == 1)
        #expect(mailbox.drain().count == 2)
        mailbox.put(.problem("three"))
        #expect(screen.bell.count.withLock { $0 } == 2)
    }

    @Test func whatArrivedBeforeTheScreenWasThereWakesItToo() {
        mailbox.put(.problem("early"))
        mailbox.attach(screen.waker)
        #expect(screen.bell.count.withLock { $0 } == 1)
    }

    @Test func aDraftIsSavedALittleAfterItsKeyWithoutFurtherWakeUps() {
        let mailbox = mailbox
        screen.script = [
            {
                mailbox.put(.tasks([Scenario.task("a", "A")]))
                return []
            },
            { [.key(Key("x"))] },
        ]
        let start = screen.clock.instant
        _ = run()
        #expect(screen.deadlines == [nil, nil, start + Application.draftDelay, nil])
        #expect(
            submitted.intents.contains {
                if case .setDraft(_, let draft) = $0 { draft.text == "x" } else { false }
            })
    }

    @Test func theEditorGetsTheTerminalAndItsTextComesBack() {
        let mailbox = mailbox
        screen.script = [
            {
                mailbox.put(.tasks([Scenario.task("a", "A")]))
                return []
            },
            { [.key(Key("h")), .key(Key("x", .control)), .key(Key("e", .control))] },
        ]
        _ = run(edit: { $0 + "ello" })
        #expect(screen.log.contains("release"))
        #expect(screen.frames.last?.text.contains("> hello") ?? false)
    }

    @Test func anEditorThatFailsLosesNothing() {
        struct NoEditor: Error, CustomStringConvertible {
            let description = "Neither $VISUAL nor $EDITOR is set."
        }
        let mailbox = mailbox
        screen.script = [
            {
                mailbox.put(.tasks([Scenario.task("a", "A")]))
                return []
            },
            { [.key(Key("h")), .key(Key("x", .control)), .key(Key("e", .control))] },
        ]
        _ = run(edit: { _ in throw NoEditor() })
        let last = screen.frames.last?.text ?? ""
        #expect(last.contains("> h"))
        #expect(last.contains("Neither $VISUAL nor $EDITOR is set."))
    }

    @Test func aFrameThatHasToWaitIsDrawnAtItsDeadline() {
        let (mailbox, screen) = (mailbox, screen)
        // Drawing the first frame takes 20 ms, so the next one waits as long as a frame may.
        screen.drawingTime = .milliseconds(20)
        screen.script = [
            {
                mailbox.put(.problem("one"))
                return []
            }
        ]
        let start = screen.clock.instant
        _ = run()
        let due = start + .milliseconds(20) + FramePolicy.longestWait
        #expect(screen.deadlines == [nil, due, nil])
        #expect(screen.frames.last?.text.contains("one") ?? false)
    }

    @Test func aResizeIsDrawnInTheNewSize() {
        screen.script = [{ [.resize(Size(columns: 100, rows: 40))] }]
        _ = run()
        #expect(screen.frames.last?.size == Size(columns: 100, rows: 40))
    }

    @Test func comingBackDrawsEverything() {
        screen.script = [{ [.resumed] }]
        _ = run()
        #expect(screen.log.contains("invalidate"))
    }
}
