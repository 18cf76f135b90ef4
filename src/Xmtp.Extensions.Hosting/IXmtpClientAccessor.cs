using Xmtp.Client;
using Xmtp.Protocol.Errors;

namespace Xmtp.Extensions.Hosting;

/// <summary>
/// The client of one configured account. The host opens it after the start and closes it at the very end; others await it here.
/// The default account is injected as it is, a named one with <c>[FromKeyedServices("name")]</c>.
/// </summary>
public interface IXmtpClientAccessor
{
    /// <summary>Name of the account; empty for the default one.</summary>
    string Name { get; }

    /// <summary>The client, once it is open; null before. It stays the host's to dispose.</summary>
    XmtpClient? Client { get; }

    /// <summary>Waits until the client is open. While no node answers the host goes on trying.</summary>
    /// <param name="cancellationToken">Ends the wait, not the opening.</param>
    /// <exception cref="XmtpException">It cannot be opened, and trying again would not help: what <see cref="XmtpClient.CreateAsync"/> says.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the host stopped before the client was open.</exception>
    Task<XmtpClient> GetAsync(CancellationToken cancellationToken = default);
}
