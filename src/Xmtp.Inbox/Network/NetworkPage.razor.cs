using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Xmtp.Inbox.Network;

/// <summary>For operators: the nodes, their links, and who has how much of which log, as the node that served this page sees it.</summary>
public sealed partial class NetworkPage
{
    private const double Ring = 95;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _closing = new();
    private NetworkPicture? _picture;
    private string? _failure;

    private string Summary => _picture is null
        ? "Asking the node …"
        : $"Nodes: {_picture.Nodes.Count}. Links: {_picture.Links.Count(static link => link.State == "up")} up, {_picture.Links.Count(static link => link.State != "up")} not.";

    // Smaller where there are many.
    private double Radius => Math.Clamp(220.0 / Math.Max(1, _picture?.Nodes.Count ?? 1), 3, 16);

    /// <inheritdoc/>
    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        var closing = _closing.Token;
        using var timer = new PeriodicTimer(Period);
        try
        {
            do
            {
                await ReadAsync(closing);
                StateHasChanged();
            }
            while (await timer.WaitForNextTickAsync(closing));
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private static string N(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static string StateOf(PictureNode node) => node.LagEntries > 0 ? "behind" : node.Link;

    private static string Behind(long? entries, long? milliseconds) => entries switch
    {
        null => "not known",
        0 => "nothing",
        _ => milliseconds is null ? $"{entries} entries" : $"{entries} entries, {milliseconds / 1000.0:0.#} s",
    };

    private (double X, double Y) PlaceOf(int index)
    {
        var count = _picture!.Nodes.Count;
        if (count == 1) return (0, 0);
        var (sin, cos) = Math.SinCos((2 * Math.PI * index / count) - (Math.PI / 2));
        return (Ring * cos, Ring * sin);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            _picture = await Http.GetFromJsonAsync("network", InboxJson.Default.NetworkPicture, cancellationToken);
            _failure = null;
        }
        catch (HttpRequestException failure) when (failure.StatusCode == HttpStatusCode.NotFound)
        {
            _failure = "This node does not tell about its network.";
        }
        catch (Exception failure) when (failure is HttpRequestException or JsonException)
        {
            _failure = "The node cannot be reached; what is shown may be old.";
        }
    }
}
