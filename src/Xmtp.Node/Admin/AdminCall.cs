using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Xmtp.Node.Calls;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Admin;

/// <summary>One request of an operator.</summary>
/// <param name="context">The request.</param>
/// <param name="name">The part of the path that the route leaves open.</param>
/// <param name="logger">Where it is told what was done.</param>
/// <param name="stopping">Cancelled when the caller goes away, or the node stops.</param>
internal sealed class AdminCall(HttpContext context, string name, ILogger logger, CancellationToken stopping)
{
    /// <summary>The request.</summary>
    public HttpContext Context => context;

    /// <summary>The part of the path that the route leaves open.</summary>
    public string Name => name;

    /// <summary>Ends what is done for it.</summary>
    public CancellationToken Token => stopping;

    /// <summary>Where it is told what was done.</summary>
    public ILogger Logger => logger;

    /// <summary>Who asks.</summary>
    public string Address => new ClientAddress(context.Connection.RemoteIpAddress, IsLocal: false).ToString();

    /// <summary>Reads the body.</summary>
    /// <exception cref="XmtpException"><see cref="ErrorCatalogue.AdminRequestInvalid"/>.</exception>
    public async ValueTask<T> ReadAsync<T>(JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(context.Request.Body, type, stopping).ConfigureAwait(false) ?? throw Invalid("the body is null");
        }
        catch (JsonException problem)
        {
            throw Invalid($"the body cannot be read{(problem.Path is { Length: > 1 } path ? $" at {path}" : string.Empty)}: {Shorten(problem.Message)}");
        }
    }

    /// <summary>Answers.</summary>
    public async Task WriteAsync<T>(T value, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.ContentType = MediaTypeNames.Application.Json;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, stopping).ConfigureAwait(false);
    }

    /// <summary>Logs a change, if it is one.</summary>
    public void Changed(string what, string before, string after)
    {
        if (before != after) logger.OperatorChanged(Address, what, before, after);
    }

    /// <summary>What is wrong with the request.</summary>
    public static XmtpException Invalid(string message) => new(ErrorCatalogue.AdminRequestInvalid, message);

    // The library adds where it was; that is said already.
    private static string Shorten(string message) => message.IndexOf(" Path:", StringComparison.Ordinal) is > 0 and var end ? message[..end] : message;
}
