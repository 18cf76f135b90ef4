using Microsoft.AspNetCore.Components;
using Xmtp.Client;
using Xmtp.Client.Conversations;
using Xmtp.Client.Streams;
using Xmtp.Identity;
using Xmtp.Protocol.Errors;

namespace BrowserChat;

/// <summary>One page: a throw-away identity, one line to write with, and everything that arrives.</summary>
public sealed partial class Chat : IAsyncDisposable
{
    private readonly List<DecodedMessage> _messages = [];
    private string _node = XmtpClientOptions.LocalWebNode.ToString();
    private string _peer = "";
    private string _text = "";
    private string? _error;
    private bool _isBusy;
    private XmtpClient? _client;
    private LiveStream<DecodedMessage>? _stream;

    /// <summary>Where the page stands: <c>?node=</c> in its address names another node than the local one.</summary>
    [Inject]
    public required NavigationManager Navigation { get; init; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stream is not null) await _stream.DisposeAsync();
        if (_client is not null) await _client.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        const string Parameter = "?node=";
        var query = new Uri(Navigation.Uri).Query;
        if (query.StartsWith(Parameter, StringComparison.Ordinal)) _node = Uri.UnescapeDataString(query[Parameter.Length..]);
    }

    private Task StartAsync() => TryAsync(async () =>
    {
        // In a browser the options begin with gRPC-Web and managed cryptography: there is nothing to choose.
        using var wallet = PrivateKeyWallet.Generate();
        _client = await XmtpClient.CreateAsync(wallet, new XmtpClientOptions { Nodes = [new Uri(_node)] });
        _stream = await _client.Conversations.StreamAllMessagesAsync();
        _stream.ConnectionChanged += (_, _) => InvokeAsync(StateHasChanged);
        _ = ReadAsync(_stream);
    });

    private Task SendAsync() => TryAsync(async () =>
    {
        var conversation = await _client!.Conversations.NewConversationAsync(_peer);
        await conversation.SendAsync(_text);
        _text = "";
    });

    private async Task ReadAsync(LiveStream<DecodedMessage> stream)
    {
        await foreach (var message in stream)
        {
            _messages.Add(message);
            StateHasChanged();
        }
    }

    private async Task TryAsync(Func<Task> action)
    {
        (_isBusy, _error) = (true, null);
        try
        {
            await action();
        }
        catch (Exception failure) when (failure is XmtpException or UriFormatException or ArgumentException)
        {
            _error = failure.Message;
        }
        finally
        {
            _isBusy = false;
        }
    }
}
