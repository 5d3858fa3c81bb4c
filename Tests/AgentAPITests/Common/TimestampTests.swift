import AgentAPI
import Foundation
import TestSupport
import Testing
import Wire

@Suite struct TimestampTests {
    static let forms: [(String, Double, Timestamp.Form)] = [
        ("2023-11-07T05:31:56Z", 1_699_335_116, .utc()),
        ("2026-03-09T14:22:01.000Z", 1_773_066_121, .utc(digits: 3)),
        ("2026-05-10T03:00:00.000001Z", 1_778_382_000.000001, .utc(digits: 6)),
        ("2024-08-21T12:38:10.504000", 1_724_243_890.504, .naive(digits: 6)),
        ("2025-10-09 12:26:07.576000", 1_760_012_767.576, .spaced(digits: 6)),
        ("2026-05-10T03:00:00+00:00", 1_778_382_000, .offset()),
        ("1970-01-01T00:00:00Z", 0, .utc()),
        ("1969-12-31T23:59:59.500000Z", -0.5, .utc(digits: 6)),
        ("2024-02-29T23:59:59Z", 1_709_251_199, .utc()),
        ("1900-03-01T00:00:00Z", -2_203_891_200, .utc()),
    ]

    @Test("Every form is read, remembered and written back as it was", arguments: forms)
    func roundTrip(text: String, seconds: Double, form: Timestamp.Form) throws {
        let timestamp = try #require(Timestamp(text))
        #expect(abs(timestamp.date.timeIntervalSince1970 - seconds) < 0.000_001)
        #expect(timestamp.form == form)
        #expect(timestamp.text == text)
    }

    @Test func offsetsAreTakenOff() throws {
        let zulu = try #require(Timestamp("2026-05-10T03:00:00Z"))
        for other in ["2026-05-10T05:30:00+02:30", "2026-05-09T22:00:00-0500", "2026-05-10t03:00:00z"] {
            #expect(Timestamp(other)?.date == zulu.date, "\(other)")
        }
    }

    @Test(
        "What is no timestamp is none",
        arguments: [
            "", "yesterday", "2026", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z",
            "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+",
            "2026-01-01T00:00:00Zjunk", "２０２６-01-01T00:00:00Z", "2026-01-01", "-026-01-01T00:00:00Z",
        ])
    func rejects(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("Every day of 400 years goes there and back")
    func calendar() {
        for day in stride(from: -40_000, to: 110_000, by: 1) {
            let date = Date(timeIntervalSince1970: Double(day) * 86400)
            let text = Timestamp(date).text
            #expect(Timestamp(text)?.date == date, "\(text)")
        }
    }

    @Test func microsecondsSurvive() {
        var generator = SeededRandom(seed: 7)
        for _ in 0..<2000 {
            let micros = Int.random(in: 0..<4_000_000_000_000_000, using: &generator)
            let date = Date(timeIntervalSince1970: Double(micros) / 1_000_000)
            let text = Timestamp(date, .naive()).text
            #expect(Timestamp(text)?.text == text)
        }
    }

    @Test func jsonNumbersAreSecondsOrMilliseconds() throws {
        let read = try JSONDecoder().decode(
            [Timestamp].self, from: Data("[1746846000.5, 1746846000500]".utf8))
        #expect(read[0].date == read[1].date)
        #expect(read[0].date.timeIntervalSince1970 == 1_746_846_000.5)
        let written = try WireJSON.encode([Timestamp(Date(timeIntervalSince1970: 12.25), .unix)])
        #expect(String(decoding: written, as: UTF8.self) == "[12.25]")
    }
}
