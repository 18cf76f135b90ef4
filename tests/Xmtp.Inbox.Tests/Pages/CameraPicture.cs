using System.Text;
using ZXing;
using ZXing.QrCode;

namespace Xmtp.Inbox.Tests.Pages;

/// <summary>What a camera sees that somebody holds a QR code before: a film that Chromium plays in its place.</summary>
internal static class CameraPicture
{
    private const int Width = 640;
    private const int Height = 480;
    private const int CodeLength = 360;
    private const int Frames = 4;

    /// <summary>Writes a film in YUV4MPEG2: the brightness of each pixel, and no colour.</summary>
    /// <param name="path">The file, replaced whole.</param>
    /// <param name="code">What the code says; null for none before the camera.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task WriteAsync(string path, string? code, CancellationToken cancellationToken)
    {
        var picture = new byte[(Width * Height) + (2 * (Width / 2) * (Height / 2))];
        picture.AsSpan(0, Width * Height).Fill(200);
        picture.AsSpan(Width * Height).Fill(128);
        if (code is not null) Draw(code, picture);

        await using var file = File.Create(path);
        await file.WriteAsync(Encoding.ASCII.GetBytes($"YUV4MPEG2 W{Width} H{Height} F10:1 Ip A1:1 C420jpeg\n"), cancellationToken);
        for (var frame = 0; frame < Frames; frame++)
        {
            await file.WriteAsync("FRAME\n"u8.ToArray(), cancellationToken);
            await file.WriteAsync(picture, cancellationToken);
        }
    }
    private static void Draw(string code, byte[] picture)
    {
        var drawn = new QRCodeWriter().encode(code, BarcodeFormat.QR_CODE, CodeLength, CodeLength);
        var (left, top) = ((Width - drawn.Width) / 2, (Height - drawn.Height) / 2);
        for (var y = 0; y < drawn.Height; y++)
            for (var x = 0; x < drawn.Width; x++) picture[((y + top) * Width) + x + left] = drawn[x, y] ? (byte)40 : (byte)220;
    }
}
