import Foundation
import SessionCore
import Wire

extension ServiceError {
    /// - Parameter isMessage: Whether the service may have acted on the request, so that it matters whether it arrived.
    init(_ failure: TransportFailure, host: String, account: ServiceAccount, isMessage: Bool) {
        let check = "Check the network and the url of account “\(account.name)”."
        let arrived = isMessage ? " It may have received the message anyway." : ""
        switch failure {
        case .nameNotFound: self.init(.unreachable, "There is no host named \(host). \(check)")
        case .refused:
            self.init(.unreachable, "Nothing listens at \(host): connection refused. \(check)")
        case .noRoute: self.init(.unreachable, "There is no route to \(host). Check the network.")
        case .connectTimeout:
            self.init(.unreachable, "\(host) did not accept the connection in time. \(check)")
        case .shutDown: self.init(.unreachable, "The program is ending; nothing was sent to \(host).")
        case .insecure(let reason):
            let isHere = URLComponents(string: account.url).map { Loopback.contains($0.host ?? "") } ?? false
            self.init(
                .insecure,
                "No secure connection to \(host) could be made. Check its certificate, this computer's clock"
                    + (isHere
                        ? ", and whether the url of account “\(account.name)” should begin with http://."
                        : "."),
                detail: reason)
        case .invalidAddress:
            self.init(
                .invalid, "The url of account “\(account.name)” is not an address that can be requested.")
        case .closed:
            self.init(.interrupted, "\(host) closed the connection before it had answered.\(arrived)")
        case .silent: self.init(.interrupted, "\(host) was silent for too long.\(arrived)")
        case .other(let reason):
            self.init(.interrupted, "The connection to \(host) failed.\(arrived)", detail: reason)
        case .notHTTP: self.init(.unreadable, "What answers at \(host) does not speak HTTP. \(check)")
        case .noWebSocket: self.init(.unreadable, "\(host) offers no WebSocket. \(check)")
        case .tooLong(let limit):
            self.init(
                .unreadable, "\(host) answered with more than \(limit >> 20) MiB, which Parley does not read."
            )
        case .encoding(let name):
            self.init(
                .unreadable,
                "\(host) answered in the encoding “\(ErrorBody(text: name).text)”, which Parley has not asked for and does "
                    + "not read.")
        case .proxy(let reason):
            self.init(.unreachable, "The proxy on the way to \(host) cannot be used: \(reason).")
        case .badProxy(let message): self.init(.invalid, message)
        case .badAuthority(let file):
            self.init(
                .invalid,
                "The certificates in \(file) cannot be read. Check ca-file of account “\(account.name)”, and the "
                    + "variables SSL_CERT_FILE and SSL_CERT_DIR.")
        case .redirectLoop: self.init(.unreadable, "\(host) redirects in a circle. \(check)")
        }
    }
}

extension ServiceError {
    init(_ fault: ServiceURL.Fault, of account: ServiceAccount) {
        let subject = "The url of account “\(account.name)”"
        let example = "It should look like https://host.example."
        let message =
            switch fault {
            case .unreadable: "\(subject) is not an address: \(account.url). \(example)"
            case .scheme: "\(subject) begins with neither https:// nor http://: \(account.url). \(example)"
            case .host: "\(subject) names no host: \(account.url). \(example)"
            case .credentials:
                "\(subject) contains a name or a password. Keys belong in key-env, key-file or key-command."
            case .query: "\(subject) has a “?” or a “#”, and neither may follow a path. \(example)"
            }
        self.init(.invalid, message)
    }
}
