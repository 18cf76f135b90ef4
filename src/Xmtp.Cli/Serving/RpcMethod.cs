using System.Text.Json;

namespace Xmtp.Cli.Serving;

/// <summary>A method: takes parameters, and gives what writes its result.</summary>
/// <param name="parameters">An object; null when there is none.</param>
/// <param name="session">Where events go; null where there is no place for them.</param>
/// <param name="cancellationToken">Ends the call.</param>
internal delegate Task<Action<Utf8JsonWriter>> RpcMethod(JsonElement? parameters, IRpcSession? session, CancellationToken cancellationToken);
