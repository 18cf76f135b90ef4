using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>A node on the wire of gRPC, by a script: what came is kept, what is answered the test says.</summary>
internal sealed class ScriptedGrpcHandler : HttpMessageHandler
{
    /// <summary>Answers a call by its method's name.</summary>
    public Func<string, Answer> OnCall { get; set; } = static _ => new Answer();

    /// <summary>Whether a request with metadata it does not allow cannot be made at all, as in a browser.</summary>
    public string? Forbidden { get; set; }

    /// <summary>Whether the connection breaks while the client writes.</summary>
    public bool BreaksWhileWriting { get; set; }

    public ConcurrentQueue<(string Method, HttpRequestHeaders Headers)> Calls { get; } = new();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var method = request.RequestUri!.AbsolutePath.Split('/')[^1];
        Calls.Enqueue((method, request.Headers));
        if (Forbidden is not null && request.Headers.Contains(Forbidden)) throw new HttpRequestException("refused by the browser");
        var answer = OnCall(method);
        var isStream = method.StartsWith("Subscribe", StringComparison.Ordinal);

        // What the client sends is taken as it comes: a call that streams waits for somebody to read.
        _ = request.Content?.CopyToAsync(BreaksWhileWriting ? new BrokenStream() : Stream.Null, CancellationToken.None);
        var isWeb = request.Content?.Headers.ContentType?.MediaType == "application/grpc-web";
        using var body = new MemoryStream();
        foreach (var message in answer.Messages) Write(body, 0, message.ToByteArray());
        var trailers = answer.Trailers.Prepend(("grpc-status", ((int)answer.Status).ToString(System.Globalization.CultureInfo.InvariantCulture))).ToList();
        if (isWeb && !isStream) Write(body, 0x80, System.Text.Encoding.ASCII.GetBytes(string.Concat(trailers.Select(static pair => $"{pair.Item1}: {pair.Item2}\r\n"))));
        var response = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Version = request.Version };
        response.Content = isStream ? new StreamContent(new EndlessStream()) : new ByteArrayContent(body.ToArray());
        response.Content.Headers.ContentType = new MediaTypeHeaderValue(isWeb ? "application/grpc-web" : "application/grpc");
        foreach (var (name, value) in answer.Headers) response.Headers.TryAddWithoutValidation(name, value);
        foreach (var (name, value) in isWeb || isStream ? [] : trailers) response.TrailingHeaders.TryAddWithoutValidation(name, value);
        return Task.FromResult(response);
    }

    private static void Write(MemoryStream body, byte kind, byte[] frame)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = kind;
        BinaryPrimitives.WriteUInt32BigEndian(head[1..], (uint)frame.Length);
        body.Write(head);
        body.Write(frame);
    }

    /// <summary>A stream on which nothing comes.</summary>
    private sealed class EndlessStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return 0;
        }
    }

    /// <summary>A connection that the other side has closed, as HTTP/2 reports it.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new HttpIOException(HttpRequestError.InvalidResponse, "the handshake was not completed");
    }

    internal sealed record Answer(params IMessage[] Messages)
    {
        public StatusCode Status { get; init; }

        public (string, string)[] Headers { get; init; } = [];

        public (string, string)[] Trailers { get; init; } = [];
    }
}
