import AgentAPI
import Foundation
import NIOHTTP1
import SessionCore
import Timing

/// Something that is asked of a service to see how an account stands, and what the answers mean.
struct Probe: Sendable {
    enum Reply: Sendable {
        case fine(String)
        case unknown(String)
        case wrong(String)
        /// The refusal says it all: in the words that it has everywhere else.
        case refused
    }

    var url: String
    var purpose: Operation
    /// - Parameter refusal: nil where the answer is a success.
    var read: @Sendable (_ body: Data, _ refusal: ErrorResponse?) -> Reply
}

/// What is asked of a service beyond the way to it.
protocol Probed: Diagnosable {
    var connection: ServiceConnection { get }
    /// What shows whether the key is taken.
    var keyQuestion: Probe { get }
    /// What shows whether an agent is there; nil where nothing does.
    func question(about agent: Agent) -> Probe?
    /// What is said of an agent that cannot be asked about.
    var unknownAgent: String { get }
}

extension Probed {
    func examine() async throws -> [Diagnostic] {
        var findings: [Diagnostic] = []
        let way = try await connection.examineWay()
        findings += way
        guard way.allSatisfy({ $0.verdict != .wrong }) else { return findings }

        let key = try await connection.ask(keyQuestion, about: .key)
        findings += [try await connection.examineClock(key.date), key.finding]
        guard key.finding.verdict != .wrong else { return findings }
        for agent in connection.account.agents {
            guard let question = question(about: agent) else {
                findings.append(Diagnostic(.agent(agent), .unknown, unknownAgent))
                continue
            }
            findings.append(try await connection.ask(question, about: .agent(agent)).finding)
        }
        return findings
    }
}

extension ServiceConnection {
    // MARK: The way

    fileprivate func examineWay() async throws -> [Diagnostic] {
        guard let destination = Destination(url.appending([])) else {
            return [Diagnostic(.reachable, .wrong, error(.invalidAddress).message)]
        }
        do {
            let address = try await transport.connect(to: destination)
            let place = address == destination.host ? "" : " (\(address))"
            let reachable = Diagnostic(.reachable, .fine, "\(url.host)\(place) takes connections.")
            return [reachable, try await examineTLS(destination)]
        } catch let failure as TransportFailure {
            return [Diagnostic(.reachable, .wrong, error(failure, isMessage: false).message)]
        }
    }

    private func examineTLS(_ destination: Destination) async throws -> Diagnostic {
        guard destination.isSecure else {
            return destination.isLoopback
                ? Diagnostic(.tls, .fine, "Not needed: \(url.host) is this machine.")
                : Diagnostic(
                    .tls, .wrong,
                    "The url begins with http://: the key and what is said travel where others can read it. "
                        + "Let the url of account “\(account.name)” begin with https:// if \(url.host) offers that."
                )
        }
        do {
            let certificate = try await transport.shakeHands(with: destination, verifying: true)
            return Self.finding(certificate, now: transport.now())
        } catch let failure as TransportFailure {
            return Diagnostic(.tls, .wrong, try await explanation(failure, destination))
        }
    }

    private static func finding(_ certificate: Certificate?, now: Date) -> Diagnostic {
        guard let certificate else { return Diagnostic(.tls, .fine, "The connection is secure.") }
        let names = certificate.names.prefix(3).joined(separator: ", ")
        let days = Int(certificate.validUntil.timeIntervalSince(now) / 86400)
        let soon = days < 14 ? ", in \(days) days: whoever runs the service should renew it" : ""
        return Diagnostic(
            .tls, .fine,
            "The certificate for \(names) is valid until \(Certificate.day(certificate.validUntil))\(soon).")
    }

    /// Looks at the certificate of a service that is not to be trusted; nothing is sent to it.
    private func explanation(_ failure: TransportFailure, _ destination: Destination) async throws -> String {
        guard case .insecure = failure else { return error(failure, isMessage: false).message }
        do {
            let certificate = try await transport.shakeHands(with: destination, verifying: false)
            if let certificate { return certificate.fault(for: destination.host, now: transport.now()) }
        } catch is TransportFailure {
            // It does not speak TLS at all: what was said first says it best.
        }
        return error(failure, isMessage: false).message
    }

    // MARK: Clock

    /// More seconds than an answer takes.
    private static let tolerance = 60.0

    /// - Parameter date: What the service's clock said a moment ago.
    fileprivate func examineClock(_ date: Date?) async throws -> Diagnostic {
        var date = date
        if date == nil { date = try await dateWithoutKey() }
        guard let date else {
            return Diagnostic(.clock, .unknown, "\(url.host) does not tell the time.")
        }
        let skew = transport.now().timeIntervalSince(date)
        guard abs(skew) > Self.tolerance else {
            return Diagnostic(.clock, .fine, "This machine's clock agrees with that of \(url.host).")
        }
        let amount = Duration.seconds(abs(skew.rounded())).formatted(
            .units(allowed: [.days, .hours, .minutes, .seconds], width: .wide, maximumUnitCount: 2)
                .locale(Locale(identifier: "en_US_POSIX")))
        return Diagnostic(
            .clock, .wrong,
            "This machine's clock is \(amount) \(skew > 0 ? "ahead of" : "behind") that of \(url.host). "
                + "Set it, or let the system do so (timedatectl set-ntp true).")
    }

    /// Any answer tells the time, also one that refuses.
    private func dateWithoutKey() async throws -> Date? {
        let request = HTTPRequest(
            method: .GET, url: url.appending([], trailingSlash: true), headers: ["user-agent": "parley"],
            patience: transport.limits.head)
        do {
            return Self.date(try await transport.document(request, retrying: false).headers)
        } catch is TransportFailure {
            return nil
        }
    }

    private static func date(_ headers: HTTPHeaders) -> Date? {
        headers.first(name: "date").flatMap { HTTPDate.date($0) }
    }

    // MARK: Questions

    /// Asks once.
    /// - Returns: How it stands, and what the service's clock said.
    fileprivate func ask(
        _ question: Probe, about subject: Diagnostic.Subject
    ) async throws -> (finding: Diagnostic, date: Date?) {
        do {
            let (answer, refusal) = try await ask(question.url)
            let reply = question.read(answer.body, refusal)
            return (finding(reply, refusal, question.purpose, about: subject), Self.date(answer.headers))
        } catch let error as ServiceError {
            return (Diagnostic(subject, .wrong, error.sentence), nil)
        }
    }

    private func finding(
        _ reply: Probe.Reply, _ refusal: ErrorResponse?, _ purpose: Operation,
        about subject: Diagnostic.Subject
    ) -> Diagnostic {
        switch reply {
        case .fine(let text): return Diagnostic(subject, .fine, text)
        case .unknown(let text): return Diagnostic(subject, .unknown, text)
        case .wrong(let text): return Diagnostic(subject, .wrong, text)
        case .refused:
            guard let refusal else { return Diagnostic(subject, .fine, "It is fine.") }
            let error = error(refusal, purpose)
            // A service that is busy says nothing about the account.
            let isPassing = [.rateLimited, .busy, .service].contains(error.kind)
            return Diagnostic(subject, isPassing ? .unknown : .wrong, error.sentence)
        }
    }
}

extension ServiceError {
    /// What failed and what to do, with the service's own words.
    fileprivate var sentence: String {
        [message, detail.map { "(\($0))" }].compactMap(\.self).joined(separator: " ")
    }
}
