import Foundation
import NIOHTTP1
import SessionCore
import Timing
import Wire

// Diagnoses an account: the connection, TLS, the clock, then the service's own probes. What a probe's answer means is the service's
// decision (`Probed`); the order, and which failure ends the diagnosis, are decided here.

extension Probed {
    func diagnose() async throws -> [Diagnostic] {
        var diagnostics = try await connection.diagnoseConnection()
        guard diagnostics.allSatisfy({ $0.verdict != .wrong }) else { return diagnostics }

        let key = try await connection.run(keyProbe, on: .key)
        diagnostics += [try await connection.diagnoseClock(key.date), key.diagnostic]
        guard key.diagnostic.verdict != .wrong else { return diagnostics }
        for agent in connection.account.agents {
            if let probe = probe(of: agent) {
                diagnostics.append(try await connection.run(probe, on: .agent(agent)).diagnostic)
            } else {
                diagnostics.append(Diagnostic(.agent(agent), .unknown, unknownAgent))
            }
        }
        return diagnostics
    }
}

extension ServiceConnection {
    // MARK: Connection

    fileprivate func diagnoseConnection() async throws -> [Diagnostic] {
        guard let destination = Destination(url.appending([])) else {
            return [Diagnostic(.reachable, .wrong, error(.invalidAddress).message)]
        }
        do {
            let address = try await transport.connect(to: destination)
            let suffix = address == destination.host ? "" : " (\(address))"
            let way = proxy.map { ", through the proxy \($0.address) that \($0.variable) names" } ?? ""
            let reachable = Diagnostic(.reachable, .fine, "\(url.host)\(suffix) accepts connections\(way).")
            return [reachable, try await diagnoseTLS(destination)]
        } catch let failure as TransportFailure {
            return [Diagnostic(.reachable, .wrong, error(failure, isMessage: false).message)]
        }
    }

    private func diagnoseTLS(_ destination: Destination) async throws -> Diagnostic {
        guard destination.isSecure else {
            return destination.isLoopback
                ? Diagnostic(.tls, .fine, "No encryption needed: \(url.host) is this computer.")
                : Diagnostic(
                    .tls, .fine,
                    "Not encrypted, as insecure = true allows: others on the network can read the key and the messages."
                )
        }
        let handshake: TLSHandshake
        do {
            handshake = try await transport.handshake(
                with: destination, authorities: authorities)
        } catch let failure as TransportFailure {
            handshake = TLSHandshake(failure: failure)
        }
        guard let failure = handshake.failure else {
            return Self.diagnostic(handshake.certificate, now: transport.now())
        }
        let problem = handshake.certificate.flatMap {
            $0.problem(for: destination.host, failure: failure, now: transport.now())
        }
        return Diagnostic(.tls, .wrong, problem ?? error(failure, isMessage: false).message)
    }

    private static func diagnostic(_ certificate: Certificate?, now: Date) -> Diagnostic {
        guard let certificate else { return Diagnostic(.tls, .fine, "The connection is secure.") }
        let names = certificate.names.prefix(3).joined(separator: ", ")
        let days = Int(certificate.validUntil.timeIntervalSince(now) / 86400)
        let soon = days < 14 ? ", in \(days) days: the operator of the service should renew it" : ""
        return Diagnostic(
            .tls, .fine,
            "The certificate for \(names) is valid until \(Certificate.day(certificate.validUntil))\(soon).")
    }

    // MARK: Clock

    /// Seconds: more than any answer takes.
    private static let clockTolerance = 60.0

    /// - Parameter date: The service's clock a moment ago, from the `Date` header of another answer.
    fileprivate func diagnoseClock(_ date: Date?) async throws -> Diagnostic {
        var date = date
        if date == nil { date = try await dateWithoutKey() }
        guard let date else {
            return Diagnostic(.clock, .unknown, "\(url.host) does not say what time it is there.")
        }
        let skew = transport.now().timeIntervalSince(date)
        guard abs(skew) > Self.clockTolerance else {
            return Diagnostic(.clock, .fine, "This computer's clock agrees with that of \(url.host).")
        }
        let amount = Duration.seconds(abs(skew.rounded())).formatted(
            .units(allowed: [.days, .hours, .minutes, .seconds], width: .wide, maximumUnitCount: 2)
                .locale(Locale(identifier: "en_US_POSIX")))
        return Diagnostic(
            .clock, .wrong,
            "This computer's clock is \(amount) \(skew > 0 ? "ahead of" : "behind") that of \(url.host). "
                + "Set it, or let the system do so (timedatectl set-ntp true).")
    }

    /// Any answer has the time, an error response too.
    private func dateWithoutKey() async throws -> Date? {
        let request = HTTPRequest(
            method: .GET, url: url.appending([], trailingSlash: true), headers: ["user-agent": "parley"],
            authorities: authorities, headTimeout: transport.limits.head)
        do {
            return Self.date(try await transport.document(request, retrying: false).headers)
        } catch is TransportFailure {
            return nil
        }
    }

    private static func date(_ headers: HTTPHeaders) -> Date? {
        headers.first(name: "date").flatMap { HTTPDate.date($0) }
    }

    // MARK: Probes

    /// Sends a probe once.
    /// - Returns: The result, and the time of the service's clock.
    fileprivate func run(
        _ probe: Probe, on subject: Diagnostic.Subject
    ) async throws -> (diagnostic: Diagnostic, date: Date?) {
        do {
            let (document, response) = try await getOnce(probe.url)
            let reading = probe.read(document.body, response)
            return (diagnostic(reading, response, probe.operation, on: subject), Self.date(document.headers))
        } catch let error as ServiceError {
            return (Diagnostic(subject, .wrong, error.description), nil)
        }
    }

    private func diagnostic(
        _ reading: Probe.Reading, _ response: ErrorResponse?, _ operation: Operation,
        on subject: Diagnostic.Subject
    ) -> Diagnostic {
        switch reading {
        case .fine(let text): return Diagnostic(subject, .fine, text)
        case .unknown(let text): return Diagnostic(subject, .unknown, text)
        case .wrong(let text): return Diagnostic(subject, .wrong, text)
        case .refused:
            guard let response else { return Diagnostic(subject, .fine, "There is nothing wrong.") }
            let error = error(response, operation)
            // A busy service says nothing about the account.
            let isTransient = [.rateLimited, .busy, .service].contains(error.kind)
            return Diagnostic(subject, isTransient ? .unknown : .wrong, error.description)
        }
    }
}
